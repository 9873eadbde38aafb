package ai.pancreas.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.kernel.Filter;
import ai.pancreas.kernel.Filters3;
import ai.pancreas.model.Preprocessing.Intensity;
import ai.pancreas.model.Preprocessing.Range;
import ai.pancreas.model.Preprocessing.Step;
import ai.pancreas.model.TrainingDistribution.Interval;
import ai.pancreas.volume.Orientation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelJsonTest {
  static final String SHA256 = "0123456789abcdef".repeat(4);

  static final String VALID =
      """
      {
        "format": 1,
        "id": "small",
        "title": "A small model",
        "network": {"type": "segmentation-2021", "filters": [3, 4, 6, 8]},
        "preprocessing": {
          "orientation": "RAI",
          "intensity": {
            "step": "after-resampling",
            "clipHu": {"min": -100, "max": null},
            "range": "volume"
          },
          "resampling": {
            "slices": {"filter": "none"},
            "rows": {"filter": "linear", "size": 64},
            "columns": {"filter": "nearest", "size": 32}
          }
        },
        "postprocessing": {
          "resampling": {"slices": "none", "rows": "linear", "columns": "nearest"},
          "threshold": 0.25,
          "keepLargest": true
        },
        "labels": {"1": "pancreas"},
        "weights": {"file": "small.h5", "sha256": "%s"},
        "licence": "CC0-1.0",
        "credits": ["Nobody"],
        "metrics": [{"name": "Dice", "value": 0.5, "data": "nothing"}]
      }
      """
          .formatted(SHA256);

  static final String CLASSIFICATION =
      """
      {
        "format": 1,
        "id": "cancer",
        "title": "A small classifier",
        "network": {
          "type": "classification-2024",
          "filters": [2, 3, 3],
          "inputSize": [12, 8, 4]
        },
        "preprocessing": {"region": "corrected", "crop": 0.9},
        "distribution": {
          "maskVolumeMl": {"min": 20.5, "max": 160},
          "meanHu": {"min": -10, "max": 130}
        },
        "weights": {"file": "weights.hdf5", "sha256": "%s"},
        "licence": "CC0-1.0",
        "credits": [],
        "metrics": []
      }
      """
          .formatted(SHA256);

  static final String VOLUMETRIC =
      VALID
          .replace("segmentation-2021", "segmentation-2024")
          .replace(
              "\"slices\": {\"filter\": \"none\"}",
              "\"slices\": {\"filter\": \"linear\", \"size\": 24}")
          .replace("\"slices\": \"none\"", "\"slices\": \"linear\"");

  @Test
  void readsEveryField() {
    Filters3 filters = new Filters3(Filter.NONE, Filter.LINEAR, Filter.NEAREST);
    assertEquals(
        new ModelDescription(
            "small",
            "A small model",
            new NetworkDescription("segmentation-2021", List.of(3, 4, 6, 8)),
            new SegmentationTask(
                new Preprocessing(
                    Orientation.parse("RAI"),
                    0,
                    64,
                    32,
                    filters,
                    new Intensity(
                        Step.AFTER_RESAMPLING, -100, Double.POSITIVE_INFINITY, Range.VOLUME),
                    Preprocessing.LOWEST_INPUT),
                new Postprocessing(filters, 0.25, true),
                Map.of(1, "pancreas")),
            "small.h5",
            SHA256,
            "CC0-1.0",
            List.of("Nobody"),
            List.of(new Metric("Dice", 0.5, "nothing")),
            Map.of()),
        ModelJson.read(VALID, "model.json"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"format\": 1 | \"format\": 2 | format: this version reads format 1, not 2",
        "\"format\": 1, | `` | format: missing",
        "\"id\": \"small\" | \"id\": \"../x\" | id: up to 64",
        "\"title\": \"A small model\" | \"title\": \" \" | title: expected a text",
        "segmentation-2021 | unet | network.type: this version knows",
        "[3, 4, 6, 8] | [3, 5, 6, 8] | network.filters: level 1 has a gate",
        "[3, 4, 6, 8] | [3, \"4\", 6, 8] | network.filters[1]: expected a whole number, found \"4\"",
        "[3, 4, 6, 8] | [3, 4.5, 6, 8] | network.filters[1]: expected a whole number, found 4.5",
        "[3, 4, 6, 8] | 3 | network.filters: expected a list, found 3",
        "RAI | RAX | preprocessing.orientation: three letters",
        "RAI | RLI | preprocessing.orientation: three letters",
        "after-resampling | later | preprocessing.intensity.step: expected one of before-resampling,",
        "\"range\": \"volume\" | \"range\": \"window\" | clipHu.max: a window that is scaled",
        "\"max\": null | \"max\": -100 | preprocessing.intensity.clipHu.max: must be larger",
        "\"max\": null | \"max\": 1e999 | preprocessing.intensity.clipHu.max: expected a number",
        "\"size\": 64 | \"size\": 60 | preprocessing.resampling.rows.size: a multiple of 8",
        "\"size\": 64 | \"size\": 800000 | preprocessing.resampling.rows.size: a multiple of 8",
        "\"linear\", \"size\": 64 | \"none\" | preprocessing.resampling.rows: rows and columns",
        "\"slices\": {\"filter\": \"none\"} | \"slices\": {\"filter\": \"none\", \"size\": 4} |"
            + " preprocessing.resampling.slices.size: no such field",
        "\"slices\": \"none\" | \"slices\": \"linear\" | postprocessing.resampling.slices: must be none",
        "0.25 | 1.5 | postprocessing.threshold: a number between 0 and 1",
        "\"keepLargest\": true | \"keepLargest\": \"yes\" | postprocessing.keepLargest: expected true or",
        "\"orientation\" | \"background\": \"air\", \"orientation\" | preprocessing.background: expected a number",
        "\"orientation\" | \"background\": 1e30, \"orientation\" | preprocessing.background: a number from",
        "\"labels\" | \"training\": 3, \"labels\" | training: expected an object",
        "\"labels\" | \"training\": {\"epochs\": 3}, \"labels\" | training.epochs: expected a text, found 3",
        "\"labels\" | \"training\": {\"a\": \"b\", \"a\": \"c\"}, \"labels\" | training.a: written twice",
        "\"1\": \"pancreas\" | \"2\": \"pancreas\" | labels.1: missing",
        "\"1\": \"pancreas\" | \"1\": \"pancreas\", \"2\": \"tumour\" | labels.2: no such field",
        "small.h5 | ../small.h5 | weights.file: a file name without a folder",
        "0123456789abcdef0 | 0123456789ABCDEF0 | weights.sha256: 64 lower-case",
        "[\"Nobody\"] | [1] | credits[0]: expected a text, found 1",
        "\"value\": 0.5, | `` | metrics[0].value: missing",
        "\"id\": | \"id\": \"other\", \"id\": | id: written twice",
        "0.25, | 0.25, \"threshold\": 0.5, | postprocessing.threshold: written twice",
        "\"labels\" | \"remarks\": 1, \"labels\" | remarks: no such field",
        "\"CC0-1.0\" | null | licence: expected a text, found null",
      })
  void namesTheFieldThatIsWrong(String valid, String wrong, String message) {
    assertTrue(VALID.contains(valid), valid);
    PancreasException e = failure(VALID.replace(valid, wrong));
    assertTrue(e.getMessage().startsWith("model.json: "), e.getMessage());
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void readsAClassificationModel() {
    ModelDescription model = ModelJson.read(CLASSIFICATION, "model.json");
    assertEquals(
        new NetworkDescription("classification-2024", List.of(2, 3, 3), List.of(12, 8, 4)),
        model.network());
    assertEquals(
        new ClassificationTask(
            new RegionPreprocessing.Corrected(0.9),
            Optional.of(new TrainingDistribution(new Interval(20.5, 160), new Interval(-10, 130)))),
        model.classification());
    String reference =
        CLASSIFICATION
            .replace("\"region\": \"corrected\", \"crop\": 0.9", "\"region\": \"reference\"")
            .replaceFirst("(?s)\"distribution.*?\\}\\s*\\},", "");
    assertEquals(
        new ClassificationTask(new RegionPreprocessing.Reference(), Optional.empty()),
        ModelJson.read(reference, "model.json").task());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[12, 8, 4] | [12, 8, 6] | network.inputSize: input sizes must be multiples of 4",
        "[12, 8, 4] | [12, 8] | network.inputSize: an input size of slices, rows and columns",
        "[12, 8, 4] | [512, 512, 1024] | network.inputSize: input sizes must be multiples",
        "[2, 3, 3] | [2, 3, 0] | network.filters: 1 to 4096 filters",
        "[2, 3, 3], | [2, 4096], \"remark\": 1, | network.remark: no such field",
        "\"filters\": [2, 3, 3], | `` | network.filters: missing",
        "\"corrected\" | \"right\" | preprocessing.region: expected one of reference, corrected",
        "\"corrected\" | \"reference\" | preprocessing.crop: no such field",
        "0.9 | 1.1 | preprocessing.crop: a number from 0 to 1",
        "\"min\": -10 | \"min\": 500 | distribution.meanHu.max: must not be smaller",
        "\"meanHu\" | \"meanCt\" | distribution.meanHu: missing",
        "\"credits\" | \"labels\": {}, \"credits\" | labels: no such field",
        "\"credits\" | \"postprocessing\": {}, \"credits\" | postprocessing: no such field"
      })
  void namesTheFieldThatIsWrongOfAClassificationModel(String valid, String wrong, String message) {
    assertTrue(CLASSIFICATION.contains(valid), valid);
    String found = failure(CLASSIFICATION.replace(valid, wrong)).getMessage();
    assertTrue(found.contains(message), found);
  }

  @Test
  void aVolumetricNetworkSeesSlicesOfTheRightNumber() {
    assertEquals(24, ModelJson.read(VOLUMETRIC, "model.json").preprocessing().slices());
    String wrong = failure(VOLUMETRIC.replace("\"size\": 24", "\"size\": 20")).getMessage();
    assertTrue(wrong.contains("slices.size: a multiple of 8"), wrong);
    String alone = failure(VALID.replace("segmentation-2021", "segmentation-2024")).getMessage();
    assertTrue(alone.contains("resampling.slices: segmentation-2024 cannot leave slices"), alone);
    String size =
        failure(VOLUMETRIC.replace("[3, 4, 6, 8]", "[3, 4, 6, 8], \"inputSize\": [8, 8, 8]"))
            .getMessage();
    assertTrue(size.contains("network.inputSize: no such field"), size);
  }

  @Test
  void readsTheFieldsThatMayBeMissing() {
    ModelDescription without = ModelJson.read(VALID, "model.json");
    assertEquals(-1, without.preprocessing().background());
    assertEquals(Map.of(), without.training());
    ModelDescription with =
        ModelJson.read(
            VALID
                .replace("\"orientation\"", "\"background\": 0.5, \"orientation\"")
                .replace(
                    "\"labels\"", "\"training\": {\"z\": \"1\", \"a.b c\": \"2\"}, \"labels\""),
            "model.json");
    assertEquals(0.5, with.preprocessing().background());
    assertEquals(List.of("z", "a.b c"), List.copyOf(with.training().keySet()));
    assertEquals("2", with.training().get("a.b c"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "1", "{", "{} {}", "{'format': 1}", "{\"format\": 1,}", "\0"})
  void refusesWhatIsNotAnObjectInJson(String text) {
    assertTrue(failure(text).getMessage().startsWith("model.json: "));
  }

  @Test
  void refusesTextThatIsNestedWithoutEnd() {
    failure("{\"a\":".repeat(100_000));
    failure("[".repeat(1_000_000));
  }

  private static PancreasException failure(String json) {
    PancreasException e =
        assertThrows(PancreasException.class, () -> ModelJson.read(json, "model.json"));
    assertEquals(ErrorCode.MODEL, e.code());
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    return e;
  }
}
