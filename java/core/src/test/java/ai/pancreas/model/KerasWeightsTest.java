package ai.pancreas.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.model.KerasFixture.Layout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KerasWeightsTest {
  private static final List<Integer> FILTERS = List.of(3, 4, 6, 8);

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(Layout.class)
  void readsEveryLayoutOfAnyFilters(Layout layout) throws IOException {
    for (List<Integer> filters : List.of(FILTERS, List.of(2, 2, 2), List.of(1, 4, 2, 8, 3))) {
      Weights written = KerasFixture.weights(filters);
      KerasWeights keras = keras(KerasFixture.file(folder, layout, written));

      NetworkDescription network = keras.network();
      assertEquals(NetworkDescription.SEGMENTATION_2021, network.type());
      assertEquals(filters, network.filters());
      assertSame(written, keras.read(network));
    }
  }

  @Test
  void readsTheSameFromBothFilesOfTheReferenceProject() throws IOException {
    Weights keras2 = reference("weights.hdf5");
    Weights keras3 = reference("weights-keras3.h5");
    assertSame(keras2, keras3);
    assertEquals(2_575_741, keras2.tensors().stream().mapToInt(t -> t.values().length).sum());
  }

  @Test
  void namesTheTensorThatHasAnotherShape() throws IOException {
    List<Tensor> tensors = new ArrayList<>(KerasFixture.weights(FILTERS).tensors());
    int index = indexOf(tensors, "decoder1/gate/phi/kernel");
    tensors.set(
        index, new Tensor("decoder1/gate/phi/kernel", List.of(1, 1, 1, 5, 2), new float[10]));

    String message = failure(file(tensors), new NetworkDescription("segmentation-2021", FILTERS));

    assertTrue(
        message.contains(
            "decoder1/gate/phi/kernel of shape [1, 1, 1, 6, 2] was expected, found [1, 1, 1, 5, 2]"),
        message);
  }

  @ParameterizedTest
  @CsvSource({
    "decoder2/conv1/kernel, decoder2/conv1/kernel",
    "encoder0/conv0/bias, encoder0/conv0/bias",
    "dsv0/bias, dsv0/bias",
    "decoder1/gate/theta/kernel, decoder1/gate/theta/kernel",
    "decoder2/up/bias, decoder2/up/bias",
  })
  void namesTheTensorThatIsMissing(String removed, String named) throws IOException {
    List<Tensor> tensors = new ArrayList<>(KerasFixture.weights(FILTERS).tensors());
    tensors.remove(indexOf(tensors, removed));
    String message = failure(file(tensors), new NetworkDescription("segmentation-2021", FILTERS));
    assertTrue(message.contains(named + " of shape"), message);
  }

  @Test
  void saysThatAWholeGateIsMissing() throws IOException {
    List<Tensor> tensors = new ArrayList<>(KerasFixture.weights(FILTERS).tensors());
    tensors.removeIf(tensor -> tensor.name().startsWith("decoder1/gate"));
    String message = failure(file(tensors), new NetworkDescription("segmentation-2021", FILTERS));
    assertTrue(
        message.contains(
            "decoder1/gate/theta/kernel of shape [2, 2, 1, 4, 2] was expected, found no more"),
        message);
  }

  @Test
  void refusesTensorsTooMany() throws IOException {
    List<Tensor> tensors = new ArrayList<>(KerasFixture.weights(FILTERS).tensors());
    tensors.add(new Tensor("extra/kernel", List.of(1, 1, 1, 2, 2), new float[4]));
    String message = failure(file(tensors), new NetworkDescription("segmentation-2021", FILTERS));
    assertTrue(message.contains("1 more tensors of 1x1 convolutions"), message);
  }

  @Test
  void refusesANetworkInThreeDimensionsThatIsNotKnown() throws IOException {
    List<Tensor> tensors =
        List.of(new Tensor("conv/kernel", List.of(3, 3, 3, 1, 2), new float[54]));
    String message = failure(file(tensors), null);
    assertTrue(message.contains("neither the weights of segmentation-2024"), message);
  }

  @Test
  void refusesOtherFiltersThanTheDescriptionStates() throws IOException {
    byte[] file = file(List.copyOf(KerasFixture.weights(FILTERS).tensors()));
    String message =
        failure(file, new NetworkDescription("segmentation-2021", List.of(4, 4, 6, 8)));
    assertTrue(
        message.contains("encoder0/conv0/kernel of shape [3, 3, 1, 1, 4] was expected"), message);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void refusesValuesThatAreNotFinite(float value) throws IOException {
    Weights weights = KerasFixture.weights(FILTERS);
    weights.get("head/kernel").values()[3] = value;
    String message =
        failure(
            file(List.copyOf(weights.tensors())),
            new NetworkDescription("segmentation-2021", FILTERS));
    assertTrue(message.contains("all must be finite"), message);
  }

  @Test
  void refusesFloat64() throws IOException {
    byte[] file =
        KerasFixture.file(
            folder,
            Layout.KERAS2_MODEL,
            List.copyOf(KerasFixture.weights(FILTERS).tensors()),
            array ->
                array instanceof float[] bias
                    ? Arrays.stream(boxed(bias)).mapToDouble(Float::doubleValue).toArray()
                    : array);
    String message = failure(file, new NetworkDescription("segmentation-2021", FILTERS));
    assertTrue(message.contains("8 bytes; float32 is expected"), message);
  }

  @Test
  void everyCutOfAFileIsAnErrorOfTheModel() throws IOException {
    byte[] file = file(List.copyOf(KerasFixture.weights(FILTERS).tensors()));
    for (int length = 0; length < file.length; length += 61) {
      failure(Arrays.copyOf(file, length), null);
    }
  }

  @Test
  void everyCutOfTheReferenceProjectsFileIsAnErrorOfTheModel() throws IOException {
    byte[] file = Files.readAllBytes(fixture("weights.hdf5"));
    for (int length = 0; length < file.length - 2_000_000; length += 400_009) {
      failure(Arrays.copyOf(file, length), null);
    }
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void damagedFilesAreReadOrRefused(Layout layout) throws IOException {
    byte[] file = KerasFixture.file(folder, layout, KerasFixture.weights(List.of(1, 2, 2)));
    assertReadOrRefused(file, random -> random.nextInt(file.length), 600);
  }

  @Test
  void damagedFilesOfH5pyAreReadOrRefused() throws IOException {
    byte[] file = Files.readAllBytes(fixture("weights-keras3.h5"));
    // Nearly all bytes are values; structure begins at these signatures (HDF5 format, III and IV).
    List<Integer> structure = new ArrayList<>();
    for (int i = 0; i < file.length - 600; i++) {
      String signature = new String(file, i, 4, StandardCharsets.ISO_8859_1);
      if (List.of("TREE", "HEAP", "SNOD").contains(signature)) {
        structure.add(i);
      }
    }
    assertReadOrRefused(
        file, random -> structure.get(random.nextInt(structure.size())) + random.nextInt(600), 150);
  }

  @Test
  void refusesForeignFiles() throws IOException {
    assertTrue(failure(new byte[0], null).contains("not an HDF5 file"));
    assertTrue(failure("text".getBytes(StandardCharsets.UTF_8), null).contains("not an HDF5 file"));
    Path foreign = folder.resolve("foreign.h5");
    try (var file = io.jhdf.HdfFile.write(foreign)) {
      file.putDataset("temperature", new double[] {1, 2, 3});
    }
    assertTrue(failure(Files.readAllBytes(foreign), null).contains("not of Keras"));
  }

  /** Mutations may hit values, which then are other values, but nothing else may come out. */
  private static void assertReadOrRefused(byte[] file, ToIntFunction<Random> place, int mutations) {
    Random random = new Random(5);
    int refused = 0;
    for (int i = 0; i < mutations; i++) {
      byte[] damaged = file.clone();
      int bytes = 1 + random.nextInt(8);
      for (int k = 0; k < bytes; k++) {
        damaged[place.applyAsInt(random)] = (byte) random.nextInt(256);
      }
      try {
        KerasWeights weights = keras(damaged);
        weights.read(weights.network());
      } catch (PancreasException e) {
        assertEquals(ErrorCode.MODEL, e.code());
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
        refused++;
      }
    }
    assertTrue(refused > 0 && refused < mutations, refused + " of " + mutations);
  }

  private byte[] file(List<Tensor> tensors) throws IOException {
    return KerasFixture.file(folder, Layout.KERAS2_MODEL, tensors, UnaryOperator.identity());
  }

  private static KerasWeights keras(byte[] file) {
    return KerasWeights.of(file, "weights.h5");
  }

  private static String failure(byte[] file, NetworkDescription network) {
    PancreasException e =
        assertThrows(
            PancreasException.class,
            () -> {
              KerasWeights weights = keras(file);
              weights.read(network == null ? weights.network() : network);
            });
    assertEquals(ErrorCode.MODEL, e.code());
    assertTrue(e.getMessage().startsWith("weights.h5: "), e.getMessage());
    return e.getMessage();
  }

  private static Weights reference(String name) throws IOException {
    KerasWeights weights = keras(Files.readAllBytes(fixture(name)));
    return weights.read(weights.network());
  }

  private static Path fixture(String name) {
    return fixtures().resolve("segmentation-2021").resolve(name);
  }

  private static Path fixtures() {
    Path fixtures = Path.of(System.getProperty("pancreas.fixtures", ""));
    assumeTrue(Files.exists(fixtures.resolve("segmentation-2021")), "no fixtures");
    return fixtures;
  }

  private static int indexOf(List<Tensor> tensors, String name) {
    return tensors.stream().map(Tensor::name).toList().indexOf(name);
  }

  private static Float[] boxed(float[] values) {
    Float[] boxed = new Float[values.length];
    for (int i = 0; i < values.length; i++) {
      boxed[i] = values[i];
    }
    return boxed;
  }

  private static void assertSame(Weights expected, Weights actual) {
    assertEquals(expected.tensors().size(), actual.tensors().size());
    Iterator<Tensor> tensors = actual.tensors().iterator();
    for (Tensor tensor : expected.tensors()) {
      Tensor other = tensors.next();
      assertEquals(tensor.name(), other.name());
      assertEquals(tensor.shape(), other.shape());
      assertArrayEquals(tensor.values(), other.values(), tensor.name());
    }
  }
}
