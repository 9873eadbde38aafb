package ai.pancreas.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.model.NetworkDescription;
import ai.pancreas.model.Tensor;
import ai.pancreas.model.Weights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingStateTest {
  private static final NetworkDescription NETWORK =
      new NetworkDescription(NetworkDescription.SEGMENTATION_2021, List.of(2, 4, 4));

  private static final Weights NONE = new Weights(List.of());

  @TempDir Path folder;
  private Path file;
  private TrainingState state;

  @BeforeEach
  void write() {
    file = folder.resolve("state");
    state =
        new TrainingState(NETWORK, 1L << 40, weights(1), weights(2), weights(3), NONE, weights(4));
    state.write(file);
  }

  @Test
  void isReadAsItWasWrittenToTheBit() {
    TrainingState read = TrainingState.read(file);
    assertEquals(NETWORK, read.network());
    assertEquals(1L << 40, read.steps());
    assertSame(state.weights(), read.weights());
    assertSame(state.firstMoments(), read.firstMoments());
    assertSame(state.secondMoments(), read.secondMoments());
    assertTrue(read.statistics().tensors().isEmpty());
    assertSame(state.meanWeights(), read.meanWeights());
  }

  @Test
  void normalisationIsKeptWithItsStatistics() {
    Weights scaled = BatchNormalization.withScales(NETWORK, weights(5));
    Weights statistics = BatchNormalization.initialStatistics(NETWORK);
    new TrainingState(NETWORK, 3, scaled, scaled, scaled, statistics, NONE).write(file);
    TrainingState read = TrainingState.read(file);
    assertEquals(Normalization.BATCH, read.normalization());
    assertSame(scaled, read.weights());
    assertSame(statistics, read.statistics());
    assertTrue(read.meanWeights().tensors().isEmpty());
  }

  @Test
  void aClassificationNetworkIsKeptWithItsInputSizeAndStatistics() {
    NetworkDescription network =
        new NetworkDescription(
            NetworkDescription.CLASSIFICATION_2024, List.of(2, 4), List.of(4, 6, 8));
    Weights all = InitialWeights.of(network, 7);
    Weights trained = OwnNormalization.part(OwnNormalization.trained(network), all);
    Weights statistics = OwnNormalization.part(OwnNormalization.statistics(network), all);
    new TrainingState(network, 5, trained, trained, trained, statistics, NONE).write(file);
    TrainingState read = TrainingState.read(file);
    assertEquals(network, read.network());
    assertSame(trained, read.weights());
    assertSame(statistics, read.statistics());
    assertSame(all, read.inferenceWeights());
    assertEquals(all.tensors().size(), read.inferenceWeights().tensors().size());

    new TrainingState(network, 5, trained, trained, trained, NONE, NONE).write(file);
    assertThrows(PancreasException.class, () -> TrainingState.read(file));
  }

  @Test
  void aNetworkWithoutTrainingIsRefused() {
    NetworkDescription network =
        new NetworkDescription(NetworkDescription.SEGMENTATION_2024, List.of(2, 4, 4));
    new TrainingState(network, 1, NONE, NONE, NONE, NONE, NONE).write(file);
    PancreasException error = assertThrows(PancreasException.class, () -> TrainingState.read(file));
    assertTrue(error.getMessage().contains("not supported"), error.getMessage());
  }

  @Test
  void normalisationWithoutScalesIsRefused() {
    Weights statistics = BatchNormalization.initialStatistics(NETWORK);
    new TrainingState(NETWORK, 3, weights(1), weights(2), weights(3), statistics, NONE).write(file);
    PancreasException error = assertThrows(PancreasException.class, () -> TrainingState.read(file));
    assertTrue(error.getMessage().contains("encoder0/conv0/scale"), error.getMessage());
  }

  @Test
  void aDamagedFileIsRefused() throws IOException {
    byte[] intact = Files.readAllBytes(file);
    Random random = new Random(4);
    for (int i = 0; i < 200; i++) {
      byte[] damaged = intact.clone();
      damaged[random.nextInt(intact.length)] ^= (byte) (1 << random.nextInt(8));
      assertRefused(damaged, "");
    }
  }

  @Test
  void aFileCutShortIsRefused() throws IOException {
    byte[] intact = Files.readAllBytes(file);
    Random random = new Random(5);
    for (int i = 0; i < 200; i++) {
      assertRefused(Arrays.copyOf(intact, random.nextInt(intact.length)), "");
    }
    assertRefused(new byte[0], "no training state");
  }

  @Test
  void sizesAreCheckedThoughTheChecksumIsRight() throws IOException {
    byte[] intact = Files.readAllBytes(file);
    Random random = new Random(6);
    int refused = 0;
    for (int i = 0; i < 500; i++) {
      byte[] forged = intact.clone();
      // Everything up to the first values: names, counts and shapes.
      forged[8 + random.nextInt(120)] = (byte) random.nextInt(256);
      CRC32C checksum = new CRC32C();
      checksum.update(forged, 0, forged.length - Long.BYTES);
      ByteBuffer.wrap(forged).putLong(forged.length - Long.BYTES, checksum.getValue());
      Files.write(file, forged);
      try {
        TrainingState.read(file);
      } catch (PancreasException e) {
        assertEquals(ErrorCode.MODEL, e.code());
        refused++;
      }
    }
    assertTrue(refused > 250, "refused " + refused);
  }

  @Test
  void otherFilesAndNoFileAreRefused() throws IOException {
    assertRefused("a weights file of another kind".getBytes(), "no training state");
    Files.delete(file);
    PancreasException error = assertThrows(PancreasException.class, () -> TrainingState.read(file));
    assertTrue(error.getMessage().contains("does not exist"), error.getMessage());
    assertEquals(ErrorCode.MODEL, error.code());
  }

  @Test
  void tensorsOfAnotherNetworkAreRefused() {
    NetworkDescription other =
        new NetworkDescription(NetworkDescription.SEGMENTATION_2021, List.of(2, 4, 6));
    new TrainingState(other, 1, weights(1), weights(2), weights(3), NONE, NONE).write(file);
    PancreasException error = assertThrows(PancreasException.class, () -> TrainingState.read(file));
    assertTrue(error.getMessage().contains("encoder2/conv0/kernel"), error.getMessage());
  }

  private void assertRefused(byte[] content, String why) throws IOException {
    Files.write(file, content);
    PancreasException error = assertThrows(PancreasException.class, () -> TrainingState.read(file));
    assertEquals(ErrorCode.MODEL, error.code());
    assertTrue(error.getMessage().contains(why), error.getMessage());
    assertEquals(1, error.getMessage().lines().count());
  }

  private static void assertSame(Weights expected, Weights actual) {
    for (Tensor tensor : expected.tensors()) {
      assertEquals(tensor.shape(), actual.get(tensor.name()).shape());
      assertArrayEquals(bits(tensor), bits(actual.get(tensor.name())));
    }
  }

  private static int[] bits(Tensor tensor) {
    int[] bits = new int[tensor.values().length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(tensor.values()[i]);
    }
    return bits;
  }

  /** Any bits, infinities and odd NaNs among them. */
  private static Weights weights(long seed) {
    Random random = new Random(seed);
    List<Tensor> tensors = new ArrayList<>();
    for (Tensor tensor : InitialWeights.of(NETWORK, seed).tensors()) {
      float[] values = new float[tensor.values().length];
      for (int i = 0; i < values.length; i++) {
        values[i] = Float.intBitsToFloat(random.nextInt());
      }
      tensors.add(new Tensor(tensor.name(), tensor.shape(), values));
    }
    return new Weights(tensors);
  }
}
