package ai.pancreas.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Keras2024WeightsTest {
  private static final String CLASSIFICATION = "classification-2024";
  private static final String SEGMENTATION = "segmentation-2024";

  @ParameterizedTest
  @ValueSource(strings = {CLASSIFICATION, SEGMENTATION})
  void readsArchivesAndHdf5ThatKerasWrote(String type) throws IOException {
    NetworkDescription network = Keras2024Files.network(type);
    byte[] archive = Keras2024Files.archive(type);
    byte[] stored = Keras2024Files.zip(Keras2024Files.unzip(archive), ZipEntry.STORED);
    for (byte[] file : List.of(archive, stored, Keras2024Files.hdf5(type))) {
      KerasWeights weights = keras(file);
      assertEquals(network, weights.network());
      assertEquals(List.of(12, 8, 4), weights.inputSize());
      Keras2024Files.assertWeights(network, weights.read(network));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "classification-2024, 3585489",
    "classification-2024/reference-96, 3638737",
    "segmentation-2024, 8223501"
  })
  void readsTheFixtures(String folder, int parameters) throws IOException {
    Path file =
        Path.of(System.getProperty("pancreas.fixtures", ""), folder).resolve("weights.keras");
    assumeTrue(Files.exists(file), "no fixtures");
    KerasWeights weights = keras(Files.readAllBytes(file));
    assertEquals(List.of(16, 32, 64, 128, 256), weights.network().filters());
    int size = folder.endsWith("96") ? 96 : 32;
    assertEquals(List.of(size, size, size), weights.inputSize());
    Weights read = weights.read(weights.network());
    assertEquals(
        parameters, read.tensors().stream().mapToInt(tensor -> tensor.values().length).sum());
    read.tensors().stream()
        .filter(tensor -> tensor.name().endsWith("/variance"))
        .forEach(tensor -> assertTrue(tensor.values()[0] > 0, tensor.name()));
  }

  @Test
  void anInputThatIsLeftOpenHasNoSize() throws IOException {
    byte[] archive = Keras2024Files.archive(SEGMENTATION);
    String config = Keras2024Files.config(archive);
    String open = config.replaceFirst("\\[null, 8, 4, 12, 1\\]", "[null, null, null, null, 1]");
    assertEquals(List.of(), keras(Keras2024Files.withConfig(archive, open)).inputSize());
    String message =
        failure(
            Keras2024Files.withConfig(
                archive, config.replaceFirst("\\[null, 8, 4, 12, 1\\]", "[null, 8, 5, 12, 1]")));
    assertTrue(message.contains("multiples of 4 up to 512, not 5"), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "classification-2024 | \"negative_slope\": 0.3 | \"negative_slope\": 0.2 |"
            + " leaky_re_lu: negative_slope is 0.2, not 0.3",
        "classification-2024 | \"epsilon\": 0.001 | \"epsilon\": 1e-05 |"
            + " batch_normalization: epsilon is 1e-05, not 0.001",
        "classification-2024 | \"kernel_size\": [3, 3, 3] | \"kernel_size\": [3, 3, 1] |"
            + " Conv3D of 3 x 3 x 3 was expected to follow input_layer_1",
        "classification-2024 | \"strides\": [1, 1, 1] | \"strides\": [2, 1, 1] |"
            + " conv3d: strides is [2, 1, 1], not [1, 1, 1]",
        "classification-2024 | \"padding\": \"same\" | \"padding\": \"valid\" |"
            + " conv3d: padding is valid, not same",
        "classification-2024 | \"use_bias\": true | \"use_bias\": false |"
            + " conv3d: use_bias is false, not true",
        "classification-2024 | \"activation\": \"linear\" | \"activation\": \"relu\" |"
            + " conv3d: activation is relu, not linear",
        "classification-2024 | \"class_name\": \"LeakyReLU\" | \"class_name\": \"ReLU\" |"
            + " LeakyReLU was expected to follow batch_normalization, found leaky_re_lu (ReLU)",
        "classification-2024 | \"pool_size\": [2, 2, 2] | \"pool_size\": [2, 2, 1] |"
            + " max_pooling3d: pool_size is [2, 2, 1], not [2, 2, 2]",
        "classification-2024 | \"units\": 1 | \"units\": 2 | dense: units is 2, not 1",
        "classification-2024 | \"activation\": \"sigmoid\" | \"activation\": \"linear\" |"
            + " dense: activation is linear, not sigmoid",
        "classification-2024 | \"class_name\": \"Flatten\" | \"class_name\": \"Pool\" |"
            + " Conv3DTranspose was expected to follow functional_2, found flatten (Pool)",
        "classification-2024 | \"output_layers\": [\"leaky_re_lu_1\" |"
            + " \"output_layers\": [\"add\" | the output must be that of leaky_re_lu_1, not of add",
        "segmentation-2024 | \"apply_batchnorm\": true | \"apply_batchnorm\": false |"
            + " att_gate: apply_batchnorm is false, not true",
        "segmentation-2024 | \"scale_factor\": 2 | \"scale_factor\": 4 |"
            + " dsv: scale_factor is 4, not 2",
        "segmentation-2024 | \"activation\": \"softmax\" | \"activation\": \"sigmoid\" |"
            + " activation is sigmoid, not softmax",
        "segmentation-2024 | \"kernel_size\": [4, 4, 4] | \"kernel_size\": [2, 2, 2] |"
            + " conv3d_transpose: kernel_size is [2, 2, 2], not [4, 4, 4]",
        "segmentation-2024 | \"name\": \"dsv_1\" | \"name\": \"dsv\" | two layers are called dsv",
        "segmentation-2024 | \"inbound_nodes\" | \"nodes\" | its graph is damaged",
        "segmentation-2024 | {\"module\" | [\"module\" | its graph is damaged"
      })
  void refusesAnotherNetworkByName(String type, String from, String to, String message)
      throws IOException {
    byte[] archive = Keras2024Files.archive(type);
    String config = Keras2024Files.config(archive);
    assertTrue(config.contains(from), from);
    int at = config.indexOf(from);
    String changed = config.substring(0, at) + to + config.substring(at + from.length());
    if (from.startsWith("\"name\"")) {
      changed = config.replace(from, to);
    }
    String found = failure(Keras2024Files.withConfig(archive, changed));
    assertTrue(found.contains("neither segmentation-2024 nor classification-2024: "), found);
    assertTrue(found.contains(message), found);
  }

  @Test
  void refusesALayerTooMany() throws IOException {
    byte[] archive = Keras2024Files.archive(CLASSIFICATION);
    JsonObject config = JsonParser.parseString(Keras2024Files.config(archive)).getAsJsonObject();
    JsonArray layers = config.getAsJsonObject("config").getAsJsonArray("layers");
    JsonObject pool = layers.get(2).deepCopy().getAsJsonObject();
    pool.addProperty("name", "more");
    pool.addProperty("class_name", "Dropout");
    layers.add(pool);
    String message = failure(Keras2024Files.withConfig(archive, config.toString()));
    assertTrue(message.contains("more (Dropout) is one layer too many"), message);
  }

  @Test
  void theOrderOfASumTellsNothing() throws IOException {
    byte[] archive = Keras2024Files.archive(CLASSIFICATION);
    JsonObject config = JsonParser.parseString(Keras2024Files.config(archive)).getAsJsonObject();
    for (JsonElement layer : config.getAsJsonObject("config").getAsJsonArray("layers")) {
      JsonObject settings = layer.getAsJsonObject().getAsJsonObject("config");
      if (settings.has("layers")) {
        turnSum(settings.getAsJsonArray("layers"));
      }
    }
    KerasWeights weights = keras(Keras2024Files.withConfig(archive, config.toString()));
    Keras2024Files.assertWeights(weights.network(), weights.read(weights.network()));
  }

  private static void turnSum(JsonArray layers) {
    for (JsonElement layer : layers) {
      if (layer.getAsJsonObject().get("class_name").getAsString().equals("Add")) {
        JsonArray inputs =
            layer
                .getAsJsonObject()
                .getAsJsonArray("inbound_nodes")
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("args")
                .get(0)
                .getAsJsonArray();
        inputs.add(inputs.remove(0));
      }
    }
  }

  /** TensorFlow's Keras 2 writes shapes, inputs, slopes and axes otherwise. */
  @ParameterizedTest
  @ValueSource(strings = {CLASSIFICATION, SEGMENTATION})
  void readsGraphsAsKeras2SpellsThem(String type) throws IOException {
    byte[] archive = Keras2024Files.archive(type);
    JsonObject config = JsonParser.parseString(Keras2024Files.config(archive)).getAsJsonObject();
    spellAsKeras2(config);
    String text =
        config
            .toString()
            .replace("\"batch_shape\"", "\"batch_input_shape\"")
            .replace("\"negative_slope\":0.3", "\"alpha\":0.30000001192092896")
            .replace("\"class_name\":\"DSV\"", "\"class_name\":\"Custom>DSV\"");
    KerasWeights weights = keras(Keras2024Files.withConfig(archive, text));
    assertEquals(Keras2024Files.network(type), weights.network());
    Keras2024Files.assertWeights(weights.network(), weights.read(weights.network()));
  }

  private static void spellAsKeras2(JsonObject graph) {
    for (JsonElement element : graph.getAsJsonObject("config").getAsJsonArray("layers")) {
      JsonObject layer = element.getAsJsonObject();
      JsonArray tensors = new JsonArray();
      KerasGraphInputs.of(layer).forEach(tensors::add);
      JsonArray nodes = new JsonArray();
      if (!tensors.isEmpty()) {
        nodes.add(tensors);
      }
      layer.add("inbound_nodes", nodes);
      JsonObject settings = layer.getAsJsonObject("config");
      if (layer.get("class_name").getAsString().equals("BatchNormalization")) {
        settings.add("axis", JsonParser.parseString("[4]"));
      }
      if (settings.has("layers")) {
        spellAsKeras2(layer);
      }
    }
    JsonObject settings = graph.getAsJsonObject("config");
    JsonArray outputs = new JsonArray();
    outputs.add(settings.get("output_layers"));
    settings.add("output_layers", outputs);
  }

  /** The inputs of a layer as Keras 3 writes them, in the form of Keras 2. */
  private static final class KerasGraphInputs {
    static List<JsonArray> of(JsonObject layer) {
      JsonArray uses = layer.getAsJsonArray("inbound_nodes");
      if (uses.isEmpty()) {
        return List.of();
      }
      JsonElement first = uses.get(0).getAsJsonObject().getAsJsonArray("args").get(0);
      List<JsonElement> tensors =
          first.isJsonArray() ? first.getAsJsonArray().asList() : List.of(first);
      return tensors.stream()
          .map(
              tensor -> {
                JsonArray history =
                    tensor
                        .getAsJsonObject()
                        .getAsJsonObject("config")
                        .getAsJsonArray("keras_history")
                        .deepCopy();
                history.add(new JsonObject());
                return history;
              })
          .toList();
    }
  }

  @Test
  void refusesAnotherNetworkThanTheDescriptionStates() throws IOException {
    byte[] classifier = Keras2024Files.archive(CLASSIFICATION);
    assertTrue(
        failure(classifier, Keras2024Files.SEGMENTATION)
            .contains("these are weights of classification-2024 with filters [2, 3, 3] and input"));
    assertTrue(
        failure(Keras2024Files.archive(SEGMENTATION), Keras2024Files.CLASSIFICATION)
            .contains("these are weights of segmentation-2024 with filters [2, 4, 3], not of"));
    NetworkDescription larger =
        new NetworkDescription(CLASSIFICATION, List.of(2, 3, 3), List.of(12, 8, 8));
    assertTrue(failure(classifier, larger).contains("not of classification-2024"));
    NetworkDescription old = new NetworkDescription("segmentation-2021", List.of(2, 4, 3));
    assertTrue(failure(Keras2024Files.hdf5(CLASSIFICATION), old).contains("segmentation-2021"));
  }

  @Test
  void everyCutOfAFileIsAnErrorOfTheModel() throws IOException {
    byte[] archive = Keras2024Files.archive(SEGMENTATION);
    for (int length = 0; length < archive.length; length += 97) {
      failure(Arrays.copyOf(archive, length));
    }
    byte[] hdf5 = Keras2024Files.hdf5(CLASSIFICATION);
    for (int length = 0; length < hdf5.length; length += 997) {
      failure(Arrays.copyOf(hdf5, length));
    }
  }

  @Test
  void damagedArchivesAreReadOrRefused() throws IOException {
    byte[] archive = Keras2024Files.archive(CLASSIFICATION);
    Random random = new Random(3);
    int refused = 0;
    for (int i = 0; i < 400; i++) {
      byte[] damaged = archive.clone();
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      try {
        KerasWeights weights = keras(damaged);
        Keras2024Files.assertWeights(weights.network(), weights.read(weights.network()));
      } catch (PancreasException e) {
        assertModelError(e);
        refused++;
      }
    }
    assertTrue(refused > 200, refused + " refused");
  }

  /** Mutations may hit values, which then are other values, but nothing else may come out. */
  @ParameterizedTest
  @ValueSource(strings = {CLASSIFICATION, SEGMENTATION})
  void damagedHdf5IsReadOrRefused(String type) throws IOException {
    byte[] file = Keras2024Files.hdf5(type);
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < 400; i++) {
      byte[] damaged = file.clone();
      for (int k = 0; k < 8; k++) {
        damaged[random.nextInt(file.length)] = (byte) random.nextInt(256);
      }
      try {
        KerasWeights weights = keras(damaged);
        weights.read(weights.network());
      } catch (PancreasException e) {
        assertModelError(e);
        refused++;
      }
    }
    assertTrue(refused > 0 && refused < 400, refused + " refused");
  }

  @Test
  void damagedGraphsAreReadOrRefused() throws IOException {
    byte[] archive = Keras2024Files.archive(SEGMENTATION);
    String config = Keras2024Files.config(archive);
    Random random = new Random(9);
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
      char[] damaged = config.toCharArray();
      damaged[random.nextInt(damaged.length)] = "0[]{}\"n,\n".charAt(random.nextInt(9));
      try {
        KerasModel.of(new String(damaged));
      } catch (IllegalArgumentException e) {
        refused++;
      }
    }
    assertTrue(refused > 500, refused + " refused");
  }

  @Test
  void refusesZipsThatAreNoKerasArchive() throws IOException {
    Map<String, byte[]> entries = new TreeMap<>(Map.of("readme.txt", new byte[10]));
    assertTrue(
        failure(Keras2024Files.zip(entries, ZipEntry.DEFLATED)).contains("neither of one model"));
    entries.put(Keras2024Files.CONFIG, "{}".getBytes(StandardCharsets.UTF_8));
    assertTrue(
        failure(Keras2024Files.zip(entries, ZipEntry.DEFLATED)).contains("no model.weights.h5"));
    entries.put("model.weights.h5", new byte[100]);
    assertTrue(
        failure(Keras2024Files.zip(entries, ZipEntry.DEFLATED)).contains("its graph is damaged"));
    entries.put(Keras2024Files.CONFIG, new byte[(16 << 20) + 1]);
    assertTrue(
        failure(Keras2024Files.zip(entries, ZipEntry.DEFLATED)).contains("larger than it can be"));
  }

  @Test
  void pathsInAnArchiveLeadNowhere() throws IOException {
    Map<String, byte[]> entries = Keras2024Files.unzip(Keras2024Files.archive(CLASSIFICATION));
    entries.put("../../evil", new byte[10]);
    entries.put("/etc/evil", new byte[10]);
    KerasWeights weights = keras(Keras2024Files.zip(entries, ZipEntry.DEFLATED));
    Keras2024Files.assertWeights(weights.network(), weights.read(weights.network()));
  }

  @Test
  void saysWhatToSaveInsteadOfKeras3sWeightsAlone() throws IOException {
    Map<String, byte[]> entries = Keras2024Files.unzip(Keras2024Files.archive(CLASSIFICATION));
    String message = failure(entries.get("model.weights.h5"));
    assertTrue(message.contains("save the whole model (model.save(\"weights.keras\"))"), message);
    entries.put("model.weights.h5", new byte[100]);
    assertTrue(
        failure(Keras2024Files.zip(entries, ZipEntry.DEFLATED))
            .startsWith("weights.h5: model.weights.h5: not an HDF5 file"));
  }

  private static KerasWeights keras(byte[] file) {
    return KerasWeights.of(file, "weights.h5");
  }

  private static String failure(byte[] file) {
    return failure(file, null);
  }

  private static String failure(byte[] file, NetworkDescription network) {
    PancreasException e =
        assertThrows(
            PancreasException.class,
            () -> {
              KerasWeights weights = keras(file);
              weights.read(network == null ? weights.network() : network);
            });
    assertModelError(e);
    return e.getMessage();
  }

  private static void assertModelError(PancreasException e) {
    assertEquals(ErrorCode.MODEL, e.code(), e.getMessage());
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    assertTrue(e.getMessage().startsWith("weights.h5: "), e.getMessage());
  }
}
