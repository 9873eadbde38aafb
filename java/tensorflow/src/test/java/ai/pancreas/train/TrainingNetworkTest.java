package ai.pancreas.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.Monitor;
import ai.pancreas.engine.Engine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.engine.Engines;
import ai.pancreas.internal.DirectFloats;
import ai.pancreas.model.Model;
import ai.pancreas.model.NetworkDescription;
import ai.pancreas.model.Tensor;
import ai.pancreas.model.Weights;
import ai.pancreas.tensorflow.RandomModel;
import java.io.File;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.ndarray.Shape;

class TrainingNetworkTest {
  private static final NetworkDescription NETWORK =
      new NetworkDescription(NetworkDescription.SEGMENTATION_2021, List.of(4, 8, 16));

  @TempDir Path folder;

  @Test
  void learnsTwoSlicesByHeart() {
    Batch batch = Discs.batch(2, 32, 1);
    try (TrainingNetwork training = open(new LossOptions(1, 1, 1, 0, List.of()))) {
      double first = training.step(batch, 0.01).loss();
      double dice = 0;
      double loss = first;
      for (int i = 0; i < 400 && dice < 0.98; i++) {
        loss = training.step(batch, 0.01).loss();
        dice = i % 20 == 19 ? dice(training, batch) : dice;
      }
      assertTrue(dice >= 0.98, "Dice " + dice);
      assertTrue(loss < first / 5, "loss from " + first + " to " + loss);
    }
  }

  @Test
  void learnsByHeartWithNormalisationAndAveraging() {
    Batch batch = Discs.batch(2, 32, 1);
    LossOptions loss = new LossOptions(1, 1, 1, 0, List.of());
    try (TrainingNetwork training =
        open(Normalization.BATCH, loss, OptimizerOptions.adamW(0, 0.9))) {
      double dice = 0;
      for (int i = 0; i < 400 && dice < 0.98; i++) {
        training.step(batch, 0.01);
        dice = i % 20 == 19 ? dice(training, batch) : dice;
      }
      assertTrue(dice >= 0.98, "Dice " + dice);
    }
  }

  @Test
  void theMeanOfTheWeightsFollowsItsFormula() {
    double fading = 0.4;
    OptimizerOptions optimizer = OptimizerOptions.adamW(0, fading);
    Batch batch = Discs.batch(2, 16, 2);
    String name = "encoder1/conv0/kernel";
    try (TrainingNetwork training = open(Normalization.NONE, LossOptions.REFERENCE, optimizer)) {
      double[] expected = new double[InitialWeights.of(NETWORK, 1).get(name).values().length];
      for (int step = 1; step <= 12; step++) {
        training.step(batch, 0.01);
        float[] weights = training.state().weights().get(name).values();
        double kept = Math.min(fading, (step - 1.0) / (step + 9.0));
        for (int i = 0; i < expected.length; i++) {
          expected[i] = kept * expected[i] + (1 - kept) * weights[i];
        }
      }
      float[] mean = training.weights().get(name).values();
      for (int i = 0; i < expected.length; i++) {
        // Weights below 1, rounded to float32 twelve times.
        assertEquals(expected[i], mean[i], 12 * 6e-8);
      }
    }
  }

  @Test
  void goesOnAfterAKillAsIfNothingHadHappened() throws Exception {
    train("-", 20, "unbroken");
    train("-", 10, "half");
    train("half", 20, "resumed");
    assertEquals(20, TrainingState.read(folder.resolve("resumed")).steps());
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("unbroken")),
        Files.readAllBytes(folder.resolve("resumed")));
    assertTrue(
        Files.mismatch(folder.resolve("half"), folder.resolve("resumed")) >= 0,
        "the second half must change something");
  }

  @Test
  void stateHoldsTheExactWeightsAndRestoreSetsThem() {
    Weights initial = InitialWeights.of(NETWORK, 1);
    Batch batch = Discs.batch(2, 16, 2);
    try (TrainingNetwork training = open(LossOptions.REFERENCE)) {
      assertSame(initial, training.weights());
      TrainingState start = training.state();
      training.step(batch, 0.01);
      TrainingState one = training.state();
      assertEquals(1, one.steps());
      assertDiffers(initial, one.weights());
      assertDiffers(start.firstMoments(), one.firstMoments());
      assertDiffers(start.secondMoments(), one.secondMoments());
      assertEquals(2, training.step(batch, 0.01).step());

      training.restore(one);
      assertSame(one.weights(), training.weights());
      assertSame(one.firstMoments(), training.state().firstMoments());
      assertSame(one.secondMoments(), training.state().secondMoments());
      assertEquals(2, training.step(batch, 0.01).step());
    }
  }

  @Test
  void reportsTheLossAndGradientBeforeTheStep() {
    Batch batch = Discs.batch(2, 16, 3);
    LossOptions options = new LossOptions(7, 1, 0.5, 0.5, List.of(0.3, 0.6));
    int count = 2 * 16 * 16;
    double[] input = new double[count];
    double[] mask = new double[count];
    for (int i = 0; i < count; i++) {
      input[i] = batch.input().get(i);
      mask[i] = batch.mask().get(i);
    }
    StepResult result;
    try (TrainingNetwork training = open(options)) {
      result = training.step(batch, 0.01);
    }
    try (Float64Training exact = new Float64Training(NETWORK.filters(), options)) {
      Float64Training.Point point =
          new Float64Training.Point(
              input,
              mask,
              Shape.of(2, 16, 16, 1),
              Float64Training.parameters(InitialWeights.of(NETWORK, 1)));
      double squares =
          exact.gradients(point).values().stream()
              .flatMapToDouble(Arrays::stream)
              .map(g -> g * g)
              .sum();
      // float32 against float64.
      assertEquals(exact.loss(point), result.loss(), 1e-5);
      assertEquals(Math.sqrt(squares), result.gradientNorm(), 1e-4 * Math.sqrt(squares));
      assertTrue(result.isFinite());
    }
  }

  @Test
  void predictsWhatAnEngineWithItsWeightsDoes() {
    NetworkDescription network =
        new NetworkDescription(NetworkDescription.SEGMENTATION_2021, List.of(4, 6, 8));
    Model model = RandomModel.of(network.filters(), 1);
    int slices = 37;
    int rows = 32;
    int columns = 16;
    FloatBuffer input = Discs.batch(slices, 32, 4).input();
    FloatBuffer expected = DirectFloats.allocate(slices * rows * columns);
    FloatBuffer actual = DirectFloats.allocate(slices * rows * columns);
    try (TrainingNetwork training =
        TrainingNetwork.open(
            network,
            model.weights(),
            Normalization.NONE,
            LossOptions.REFERENCE,
            OptimizerOptions.ADAM,
            2)) {
      training.step(Discs.batch(3, 16, 5), 0.1);
      training.predict(input, slices, rows, columns, actual);
      Model trained = new Model(model.description(), training.weights());
      try (Engine engine = new Engines().open("tensorflow", trained, new EngineOptions(2))) {
        engine.run(input, slices, rows, columns, expected, Monitor.NONE);
      }
    }
    for (int i = 0; i < expected.capacity(); i++) {
      assertEquals(expected.get(i), actual.get(i), 1e-5);
    }
  }

  @Test
  void tellsOfABatchThatBreaksTheWeights() {
    Batch batch = Discs.batch(2, 16, 6);
    batch.input().put(5, Float.NaN);
    try (TrainingNetwork training = open(LossOptions.REFERENCE)) {
      TrainingState before = training.state();
      assertFalse(training.step(batch, 0.01).isFinite());
      training.restore(before);
      assertTrue(training.step(Discs.batch(2, 16, 6), 0.01).isFinite());
    }
    assertFalse(new StepResult(1, 0.5, Double.POSITIVE_INFINITY).isFinite());
    assertFalse(new StepResult(1, Double.NaN, 1).isFinite());
  }

  @Test
  void keepsNoNativeMemoryOfSteps() {
    Batch batch = Discs.batch(8, 64, 7);
    FloatBuffer probability = DirectFloats.allocate(8 * 64 * 64);
    try (TrainingNetwork training = open(new LossOptions(7, 1, 1, 1, List.of(0.5, 0.5)))) {
      for (int i = 0; i < 50; i++) {
        training.step(batch, 0.001);
        training.predict(batch.input(), 8, 64, 64, probability);
      }
      long before = Pointer.physicalBytes();
      for (int i = 0; i < 200; i++) {
        training.step(batch, 0.001);
        training.predict(batch.input(), 8, 64, 64, probability);
      }
      // Kept inputs, masks or outputs would be 200 x 128 KiB each; all together leave room for the
      // heap.
      long grown = Pointer.physicalBytes() - before;
      assertTrue(grown < 25 << 20, grown + " bytes");
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    LossOptions threeMaps = new LossOptions(7, 1, 0, 0, List.of(1.0, 1.0, 1.0));
    assertThrows(IllegalArgumentException.class, () -> open(threeMaps).close());
    NetworkDescription other =
        new NetworkDescription(NetworkDescription.SEGMENTATION_2021, List.of(4, 8, 8));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            TrainingNetwork.open(
                NETWORK,
                InitialWeights.of(other, 1),
                Normalization.NONE,
                LossOptions.REFERENCE,
                OptimizerOptions.ADAM,
                1));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            TrainingNetwork.open(
                new NetworkDescription("segmentation-2024", List.of(4, 8, 16)),
                InitialWeights.of(NETWORK, 1),
                Normalization.NONE,
                LossOptions.REFERENCE,
                OptimizerOptions.ADAM,
                1));
    try (TrainingNetwork training = open(LossOptions.REFERENCE)) {
      assertThrows(
          IllegalArgumentException.class, () -> training.step(Discs.batch(1, 18, 1), 0.01));
      Weights weights = InitialWeights.of(other, 1);
      assertThrows(IllegalArgumentException.class, () -> training.restore(state(other, weights)));
      assertThrows(IllegalArgumentException.class, () -> training.restore(state(NETWORK, weights)));
      assertThrows(
          IllegalArgumentException.class, () -> training.restore(averaged(training.state())));
      assertSame(InitialWeights.of(NETWORK, 1), training.weights());
    }
    FloatBuffer buffer = FloatBuffer.allocate(16);
    assertThrows(IllegalArgumentException.class, () -> new Batch(buffer, buffer, 1, 4, 8));
    assertThrows(IllegalArgumentException.class, () -> new Batch(buffer, buffer, 0, 4, 4));
  }

  private static TrainingNetwork open(LossOptions loss) {
    return open(Normalization.NONE, loss, OptimizerOptions.ADAM);
  }

  private static TrainingNetwork open(
      Normalization normalization, LossOptions loss, OptimizerOptions optimizer) {
    return TrainingNetwork.open(
        NETWORK, InitialWeights.of(NETWORK, 1), normalization, loss, optimizer, 2);
  }

  private static TrainingState state(NetworkDescription network, Weights weights) {
    Weights none = new Weights(List.of());
    return new TrainingState(network, 1, weights, weights, weights, none, none);
  }

  private static TrainingState averaged(TrainingState state) {
    return new TrainingState(
        NETWORK,
        1,
        state.weights(),
        state.firstMoments(),
        state.secondMoments(),
        state.statistics(),
        state.weights());
  }

  private static double dice(TrainingNetwork training, Batch batch) {
    int count = batch.slices() * batch.rows() * batch.columns();
    FloatBuffer probability = DirectFloats.allocate(count);
    training.predict(batch.input(), batch.slices(), batch.rows(), batch.columns(), probability);
    int overlap = 0;
    int both = 0;
    for (int i = 0; i < count; i++) {
      boolean predicted = probability.get(i) > 0.5f;
      boolean truth = batch.mask().get(i) == 1;
      overlap += predicted && truth ? 1 : 0;
      both += (predicted ? 1 : 0) + (truth ? 1 : 0);
    }
    return 2.0 * overlap / both;
  }

  private void train(String from, int steps, String to) throws IOException, InterruptedException {
    File log = folder.resolve(to + ".log").toFile();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                ResumingMain.class.getName(),
                from.equals("-") ? from : folder.resolve(from).toString(),
                String.valueOf(steps),
                folder.resolve(to).toString())
            .redirectErrorStream(true)
            .redirectOutput(log)
            .start();
    assertEquals(0, process.waitFor(), Files.readString(log.toPath()));
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
