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
import ai.pancreas.volume.Orientation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModelJsonWriterTest {

  @Test
  void everyModelThatShipsIsReadBackAsItWas() {
    List<ModelDescription> models = new ModelRepository().list();
    assertTrue(models.size() > 0);
    models.forEach(ModelJsonWriterTest::assertInverse);
  }

  @Test
  void everyFieldIsReadBackAsItWas() {
    assertInverse(ModelJson.read(ModelJsonTest.VALID, "model.json"));
    assertInverse(ModelJson.read(ModelJsonTest.VOLUMETRIC, "model.json"));
    ModelDescription classifier = ModelJson.read(ModelJsonTest.CLASSIFICATION, "model.json");
    assertInverse(classifier);
    assertInverse(
        new ModelDescription(
            "reference",
            "Another classifier",
            classifier.network(),
            new ClassificationTask(new RegionPreprocessing.Reference(), Optional.empty()),
            "weights.keras",
            ModelJsonTest.SHA256,
            "MIT",
            List.of(),
            List.of(),
            Map.of()));
    Map<String, String> training = new LinkedHashMap<>();
    training.put("seed", "42");
    training.put("a \"quoted\" key, <é>", "line one\nline two");
    for (Range range : Range.values()) {
      for (Step step : Step.values()) {
        ModelDescription model = model(new Intensity(step, -1024.5, 3e-9, range), training, "MIT");
        assertInverse(model);
        ModelDescription read = ModelJson.read(ModelJsonWriter.write(model), "model.json");
        assertEquals(List.copyOf(training.keySet()), List.copyOf(read.training().keySet()));
      }
    }
    assertInverse(
        model(
            new Intensity(
                Step.AFTER_RESAMPLING,
                Double.NEGATIVE_INFINITY,
                Double.POSITIVE_INFINITY,
                Range.VOLUME),
            Map.of(),
            "MIT"));
  }

  @Test
  void writesNothingThatCouldNotBeRead() {
    Intensity window = new Intensity(Step.AFTER_RESAMPLING, 0, 255, Range.WINDOW);
    assertTrue(failure(model(window, Map.of(), "")).contains("licence: expected a text"));
    assertTrue(failure(model(window, Map.of(), "MIT").withId("A b")).contains("id: up to 64"));
    assertTrue(
        failure(model(window, Map.of("epochs", " "), "MIT")).contains("training.epochs: expected"));
    Intensity empty = new Intensity(Step.AFTER_RESAMPLING, 0, Double.NaN, Range.WINDOW);
    failure(model(empty, Map.of(), "MIT"));
  }

  private static void assertInverse(ModelDescription model) {
    assertEquals(model, ModelJson.read(ModelJsonWriter.write(model), "model.json"));
  }

  private static String failure(ModelDescription model) {
    PancreasException e = assertThrows(PancreasException.class, () -> ModelJsonWriter.write(model));
    assertEquals(ErrorCode.MODEL, e.code());
    return e.getMessage();
  }

  private static ModelDescription model(
      Intensity intensity, Map<String, String> training, String licence) {
    Filters3 filters = new Filters3(Filter.LINEAR, Filter.NEAREST, Filter.LINEAR);
    return new ModelDescription(
        "m-1",
        "A model",
        new NetworkDescription("segmentation-2021", List.of(3, 4, 6, 8)),
        new SegmentationTask(
            new Preprocessing(Orientation.parse("RAI"), 3, 64, 32, filters, intensity, 0.25),
            new Postprocessing(filters, 0.1, true),
            Map.of(1, "pancreas")),
        "weights.hdf5",
        ModelJsonTest.SHA256,
        licence,
        List.of("One", "Two"),
        List.of(new Metric("Dice", 1, "a"), new Metric("HD95 in mm", 12.75, "b")),
        training);
  }
}
