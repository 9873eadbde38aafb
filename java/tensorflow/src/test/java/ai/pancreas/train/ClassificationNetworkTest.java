package ai.pancreas.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.engine.ClassificationEngine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.engine.Engines;
import ai.pancreas.internal.DirectFloats;
import ai.pancreas.model.Model;
import ai.pancreas.model.NetworkDescription;
import ai.pancreas.model.Tensor;
import ai.pancreas.model.Weights;
import ai.pancreas.tensorflow.RandomModel;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.Pointer;
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

  @Test
  void predictsWhatAnEngineWithItsWeightsDoes() {
    int count = 9;
    FloatBuffer input = volumes(count, 3);
    Model model = RandomModel.classification2024(NETWORK.filters(), NETWORK.inputSize(), 4);
    try (ClassificationNetwork training =
        ClassificationNetwork.open(NETWORK, model.weights(), 0, OptimizerOptions.ADAM, 2)) {
      training.step(input, LABELS, 0.01);
      float[] probability = training.predict(input, count);
      Model trained = new Model(model.description(), training.weights());
      try (ClassificationEngine engine =
          new Engines().openClassifier("tensorflow", trained, new EngineOptions(2))) {
        for (int i = 0; i < count; i++) {
          FloatBuffer region = input.slice(i * VOXELS, VOXELS);
          assertEquals(engine.probability(region), probability[i], 1e-5);
        }
      }
    }
  }

  @Test
  void averagesWeightsWhereAskedTo() {
    FloatBuffer input = volumes(LABELS.length, 5);
    OptimizerOptions averaging = OptimizerOptions.adamW(0, 0.9);
    Weights initial = InitialWeights.of(NETWORK, 1);
    try (ClassificationNetwork training =
        ClassificationNetwork.open(NETWORK, initial, 0, averaging, 1)) {
      steps(training, input, 5);
      TrainingState state = training.state();
      String name = "encoder1/conv0/kernel";
      assertArrayEquals(
          state.meanWeights().get(name).values(), training.weights().get(name).values());
      assertFalse(
          Arrays.equals(
              state.weights().get(name).values(), state.meanWeights().get(name).values()));
      assertThrows(IllegalArgumentException.class, () -> restore(state));
    }
  }

  @Test
  void tellsOfABatchThatBreaksTheWeights() {
    FloatBuffer input = volumes(LABELS.length, 6);
    try (ClassificationNetwork training = open(0.01, 1)) {
      TrainingState before = training.state();
      input.put(5, Float.NaN);
      assertFalse(training.step(input, LABELS, 0.01).isFinite());
      training.restore(before);
      input.put(5, 0);
      assertTrue(training.step(input, LABELS, 0.01).isFinite());
    }
  }

  @Test
  void keepsNoNativeMemoryOfSteps() {
    NetworkDescription larger =
        new NetworkDescription(NETWORK.type(), List.of(2, 2), List.of(32, 32, 32));
    float[] labels = new float[8];
    FloatBuffer input = DirectFloats.allocate(8 << 15);
    try (ClassificationNetwork training = open(larger, InitialWeights.of(larger, 1), 0)) {
      for (int i = 0; i < 10; i++) {
        training.step(input, labels, 0.001);
        training.predict(input, 8);
      }
      long before = Pointer.physicalBytes();
      for (int i = 0; i < 50; i++) {
        training.step(input, labels, 0.001);
        training.predict(input, 8);
      }
      // Kept inputs would be 100 x 1 MiB; half of that leaves room for the Java heap.
      long grown = Pointer.physicalBytes() - before;
      assertTrue(grown < 50 << 20, grown + " bytes");
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    Weights initial = InitialWeights.of(NETWORK, 1);
    NetworkDescription larger =
        new NetworkDescription(NETWORK.type(), NETWORK.filters(), List.of(8, 12, 18));
    NetworkDescription segmentation =
        new NetworkDescription(NetworkDescription.SEGMENTATION_2021, List.of(4, 8, 8));
    assertThrows(IllegalArgumentException.class, () -> open(larger, initial, 0));
    assertThrows(IllegalArgumentException.class, () -> open(segmentation, initial, 0));
    assertThrows(IllegalArgumentException.class, () -> open(NETWORK, initial, -1));
    assertThrows(IllegalArgumentException.class, () -> open(NETWORK, initial, Double.NaN));
    FloatBuffer input = volumes(2, 8);
    try (ClassificationNetwork training = open(0.01, 1)) {
      assertThrows(IllegalArgumentException.class, () -> training.step(input, new float[3], 0.01));
      assertThrows(IllegalArgumentException.class, () -> training.step(input, new float[0], 0.01));
      assertThrows(IllegalArgumentException.class, () -> training.predict(input, 3));
      assertThrows(IllegalArgumentException.class, () -> training.predict(input, 0));
      try (ClassificationNetwork other = open(larger, InitialWeights.of(larger, 1), 0)) {
        TrainingState state = other.state();
        assertThrows(IllegalArgumentException.class, () -> training.restore(state));
      }
    }
  }

  private static void restore(TrainingState state) {
    try (ClassificationNetwork training = open(0, 1)) {
      training.restore(state);
    }
  }

  private static ClassificationNetwork open(
      NetworkDescription network, Weights initial, double l2) {
    return ClassificationNetwork.open(network, initial, l2, OptimizerOptions.ADAM, 1);
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
