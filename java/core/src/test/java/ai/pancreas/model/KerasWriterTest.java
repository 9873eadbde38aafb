package ai.pancreas.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.testing.Program;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KerasWriterTest {
  private static final List<Integer> FULL = List.of(16, 32, 64, 128, 256);

  /** Prints each layer with weights, then each of its arrays: name, type and shape. */
  private static final String LIST =
      """
      import sys, h5py
      with h5py.File(sys.argv[1], 'r') as file:
          root = file['model_weights']
          text = lambda s: s.decode() if hasattr(s, 'decode') else s
          print(text(root.attrs['backend']), text(root.attrs['keras_version']))
          for layer in map(text, root.attrs['layer_names']):
              for weight in map(text, root[layer].attrs['weight_names']):
                  array = root[layer][weight]
                  print(layer, weight, array.dtype, array.shape)
      """;

  /** Writes all values, in the order of the attributes, to a file. */
  private static final String DUMP =
      """
      import sys, h5py
      with h5py.File(sys.argv[1], 'r') as file, open(sys.argv[2], 'wb') as out:
          root = file['model_weights']
          text = lambda s: s.decode() if hasattr(s, 'decode') else s
          for layer in map(text, root.attrs['layer_names']):
              for weight in map(text, root[layer].attrs['weight_names']):
                  out.write(root[layer][weight][()].astype('<f4').tobytes())
      """;

  @TempDir Path folder;

  static Stream<List<Integer>> filters() {
    return Stream.of(
        FULL, List.of(8, 16, 16, 32, 64), List.of(2, 2, 2), List.of(1, 4, 2, 8, 6, 2, 2, 3));
  }

  @ParameterizedTest
  @MethodSource("filters")
  void whatIsWrittenIsReadBackBitForBit(List<Integer> filters) throws IOException {
    Weights written = KerasFixture.weights(filters);
    Path file = write(written, filters);

    KerasWeights keras = KerasWeights.of(Files.readAllBytes(file), "weights.hdf5");

    assertEquals(filters, keras.network().filters());
    Weights read = keras.read(keras.network());
    assertEquals(names(written), names(read));
    for (Tensor tensor : written.tensors()) {
      assertEquals(tensor.shape(), read.get(tensor.name()).shape());
      assertArrayEquals(tensor.values(), read.get(tensor.name()).values(), tensor.name());
    }
  }

  @ParameterizedTest
  @MethodSource("filters")
  void h5pyReadsTheSameValues(List<Integer> filters) throws IOException {
    Program.assumePython("h5py");
    Weights written = KerasFixture.weights(filters);
    Path values = folder.resolve("values.f32");

    Program.python(DUMP, write(written, filters), values);

    ByteBuffer read = ByteBuffer.wrap(Files.readAllBytes(values)).order(ByteOrder.LITTLE_ENDIAN);
    for (KerasLayer layer : KerasLayer.of(network(filters))) {
      for (KerasLayer.Weight weight : layer.weights()) {
        for (float value : written.get(weight.tensor()).values()) {
          assertEquals(value, read.getFloat(), weight.tensor());
        }
      }
    }
    assertEquals(0, read.remaining());
  }

  @Test
  void layersNamesOrderAndShapesAreThoseOfTheReferenceProject() {
    Program.assumePython("h5py");
    String ours = Program.python(LIST, write(KerasFixture.weights(FULL), FULL));
    assertEquals(Program.python(LIST, fixture("weights.hdf5")), ours);
    assertEquals(1 + Segmentation2021.tensors(FULL).size(), ours.lines().count(), ours);
  }

  @Test
  void layersAndOrderAreThoseOfTheReferenceProjectAsReadHere() throws IOException {
    KerasFile reference = new KerasFile(Files.readAllBytes(fixture("weights.hdf5")), "reference");
    KerasFile ours =
        new KerasFile(Files.readAllBytes(write(KerasFixture.weights(FULL), FULL)), "ours");
    assertEquals(reference.layers(), ours.layers());
  }

  @Test
  void theHdf5ToolsReadTheFile() {
    Program.assumeInstalled("h5dump", "--version");
    List<Integer> filters = List.of(2, 2, 2);
    String text = Program.run("h5dump", write(KerasFixture.weights(filters), filters).toString());
    assertTrue(text.contains("\"att_gate/theta/kernel:0\""), text.substring(0, 400));
    assertTrue(text.contains("DATASET \"bias:0\""), text.substring(0, 400));
  }

  @Test
  void everyTensorOfTheNetworkIsInExactlyOneLayer() {
    for (List<Integer> filters : filters().toList()) {
      List<String> inLayers = new ArrayList<>();
      KerasLayer.of(network(filters))
          .forEach(layer -> layer.weights().forEach(weight -> inLayers.add(weight.tensor())));
      assertEquals(
          Segmentation2021.tensors(filters).stream().map(TensorShape::name).sorted().toList(),
          inLayers.stream().sorted().toList());
    }
  }

  static Stream<NetworkDescription> networksOf2024() {
    return Stream.of(
        new NetworkDescription("classification-2024", List.of(2, 3, 3), List.of(8, 8, 8)),
        new NetworkDescription("classification-2024", List.of(1, 1), List.of(6, 6, 6)),
        new NetworkDescription("segmentation-2024", List.of(2, 4, 3)),
        // The last block of the encoder and that of the decoder have the same channels.
        new NetworkDescription("segmentation-2024", List.of(2, 4, 2)),
        new NetworkDescription("segmentation-2024", List.of(1, 2, 4, 2, 5)));
  }

  @ParameterizedTest
  @MethodSource("networksOf2024")
  void whatIsWrittenOf2024IsReadBackBitForBit(NetworkDescription network) throws IOException {
    Path file = folder.resolve("weights.hdf5");
    KerasWriter.write(Keras2024Files.weights(network), network, file);

    KerasWeights keras = KerasWeights.of(Files.readAllBytes(file), "weights.hdf5");

    assertEquals(network, keras.network());
    Keras2024Files.assertWeights(network, keras.read(network));
  }

  @ParameterizedTest
  @ValueSource(strings = {"classification-2024", "segmentation-2024"})
  void layersOf2024HaveTheOrderThatKerasWrites(String type) throws IOException {
    NetworkDescription network = Keras2024Files.network(type);
    Path file = folder.resolve("weights.hdf5");
    KerasWriter.write(Keras2024Files.weights(network), network, file);
    assertEquals(outline(Keras2024Files.hdf5(type)), outline(Files.readAllBytes(file)));
  }

  private static List<List<String>> outline(byte[] file) {
    return new KerasFile(file, "weights.hdf5")
        .layers().stream()
            .map(
                layer ->
                    layer.entries().stream()
                        .map(entry -> KerasLayer.leaf(entry.path()) + entry.shape())
                        .toList())
            .toList();
  }

  @Test
  void weightsAloneTellCubicInputsOnly() throws IOException {
    NetworkDescription network = Keras2024Files.CLASSIFICATION;
    Path file = folder.resolve("weights.hdf5");
    KerasWriter.write(Keras2024Files.weights(network), network, file);
    KerasWeights keras = KerasWeights.of(Files.readAllBytes(file), "weights.hdf5");
    PancreasException e = assertThrows(PancreasException.class, keras::network);
    assertEquals(ErrorCode.MODEL, e.code());
    assertTrue(e.getMessage().contains("save the whole model"), e.getMessage());
    Keras2024Files.assertWeights(network, keras.read(network));
  }

  @Test
  void refusesWeightsOfAnotherNetwork() throws IOException {
    Weights weights = KerasFixture.weights(List.of(2, 2, 2));
    assertThrows(IllegalArgumentException.class, () -> write(weights, List.of(2, 4, 2)));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(0, files.count());
    }
  }

  @Test
  void aFileThatCannotBeWrittenLeavesNothingBehind() {
    List<Integer> filters = List.of(2, 2, 2);
    Path file = folder.resolve("nosuch").resolve("weights.hdf5");
    PancreasException e =
        assertThrows(
            PancreasException.class,
            () -> KerasWriter.write(KerasFixture.weights(filters), network(filters), file));
    assertEquals(ErrorCode.OUTPUT, e.code());
  }

  private Path write(Weights weights, List<Integer> filters) {
    Path file = folder.resolve("weights.hdf5");
    KerasWriter.write(weights, network(filters), file);
    return file;
  }

  private static NetworkDescription network(List<Integer> filters) {
    return new NetworkDescription(NetworkDescription.SEGMENTATION_2021, filters);
  }

  private static List<String> names(Weights weights) {
    return weights.tensors().stream().map(Tensor::name).toList();
  }

  private static Path fixture(String name) {
    Path file =
        Path.of(System.getProperty("pancreas.fixtures", ""), "segmentation-2021").resolve(name);
    assumeTrue(Files.exists(file), "no fixtures");
    return file;
  }
}
