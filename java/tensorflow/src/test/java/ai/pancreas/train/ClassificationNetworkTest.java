package ai.pancreas.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.internal.DirectFloats;
import ai.pancreas.model.NetworkDescription;
import ai.pancreas.model.Tensor;
import ai.pancreas.model.Weights;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassificationNetworkTest {
  private static final NetworkDescription NETWORK =
      new NetworkDescription(
          NetworkDescription.CLASSIFICATION_2024, List.of(4, 8), List.of(8, 12, 16));

  private static final int VOXELS = 8 * 12 * 16;
  private static final float[] LABELS = {0, 1, 1, 0, 1, 0};

  @TempDir Path folder;

  @Test
  void learnsSixNoisyVolumesByHeart() {
    FloatBuffer input = volumes(LABELS.length, 1);
    try (ClassificationNetwork training = open(0.001, 2)) {
      double first = training.step(input, LABELS, 0.01).loss();
      double last = first;
      for (int i = 0; i < 100; i++) {
        last = training.step(input, LABELS, 0.01).loss();
      }
      assertTrue(last < first / 2, "loss from " + first + " to " + last);
      float[] probability = training.predict(input, LABELS.length);
      for (int i = 0; i < LABELS.length; i++) {
        assertEquals(LABELS[i], probability[i], 0.1, Arrays.toString(probability));
      }
    }
  }

  @Test
  void goesOnFromAStateAsIfNothingHadHappened() {
    FloatBuffer input = volumes(LABELS.length, 2);
    TrainingState unbroken;
    try (ClassificationNetwork training = open(0.01, 1)) {
      steps(training, input, 3);
      training.state().write(folder.resolve("half"));
      steps(training, input, 3);
      unbroken = training.state();
    }
    TrainingState half = TrainingState.read(folder.resolve("half"));
    assertEquals(3, half.steps());
    try (ClassificationNetwork training = open(0.01, 1)) {
      training.restore(half);
      steps(training, input, 3);
      TrainingState resumed = training.state();
      assertEquals(unbroken.steps(), resumed.steps());
      assertSame(unbroken.weights(), resumed.weights());
      assertSame(unbroken.firstMoments(), resumed.firstMoments());
      assertSame(unbroken.secondMoments(), resumed.secondMoments());
      assertSame(unbroken.statistics(), resumed.statistics());
    }
    assertDiffers(half.weights(), unbroken.weights());
    assertDiffers(half.statistics(), unbroken.statistics());
  }

  @Test
  void givesTheInitialWeightsBackBeforeTheFirstStep() {
    Weights initial = InitialWeights.of(NETWORK, 1);
    try (ClassificationNetwork training = open(0.01, 1)) {
      assertSame(initial, training.weights());
    }
  }

  private static void steps(ClassificationNetwork training, FloatBuffer input, int count) {
    for (int i = 0; i < count; i++) {
      training.step(input, LABELS, 0.001);
    }
  }

  private static ClassificationNetwork open(double l2, int threads) {
    return ClassificationNetwork.open(
        NETWORK, InitialWeights.of(NETWORK, 1), l2, OptimizerOptions.adamW(0.004, 0), threads);
  }

  private static FloatBuffer volumes(int count, long seed) {
    Random random = new Random(seed);
    FloatBuffer volumes = DirectFloats.allocate(count * VOXELS);
    for (int i = 0; i < volumes.capacity(); i++) {
      volumes.put(i, 2 * random.nextFloat() - 1);
    }
    return volumes;
  }

  private static void assertSame(Weights expected, Weights actual) {
    for (Tensor tensor : expected.tensors()) {
      assertArrayEquals(tensor.values(), actual.get(tensor.name()).values(), tensor.name());
      assertEquals(tensor.shape(), actual.get(tensor.name()).shape());
    }
    assertEquals(expected.tensors().size(), actual.tensors().size());
  }

  private static void assertDiffers(Weights expected, Weights actual) {
    for (Tensor tensor : expected.tensors()) {
      assertFalse(
          Arrays.equals(tensor.values(), actual.get(tensor.name()).values()), tensor.name());
    }
  }
}
