package ai.pancreas.tensorflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.pancreas.engine.Engine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.engine.cpu.CpuEngineProvider;
import ai.pancreas.kernel.NativeLibrary;
import ai.pancreas.model.Model;
import ai.pancreas.model.ModelRepository;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine {@code cpu} against the network's definition in float64 and against TensorFlow. */
class CpuEngineAgreementTest {
  private static final EngineOptions TWO_THREADS = new EngineOptions(2);

  @BeforeEach
  void requireLibrary() {
    assumeTrue(NativeLibrary.isLoaded(), "no native library");
  }

  /** The tolerance is what rounding in float32 may come to over some twenty layers. */
  @ParameterizedTest
  @ValueSource(strings = {"8,16,24", "16,8,32,8", "8,8,8,8,8", "24,40,16,8,16,8"})
  void equalsTheDefinitionInFloat64(String filterList) {
    List<Integer> filters = Arrays.stream(filterList.split(",")).map(Integer::valueOf).toList();
    Model model = RandomModel.of(filters, 1);
    int rows = 64;
    int columns = 96;
    float[] input = random(rows * columns, 2);
    float[] probability = run(new CpuEngineProvider().open(model, TWO_THREADS), input, rows);
    double spread = largestDifference(reference(model, input, rows), probability, 1e-5);
    assertTrue(spread > 0.1, "the probabilities must differ enough to tell networks apart");
  }

  @Test
  void equalsTensorFlowWithTrainedWeights() {
    Model model = new ModelRepository().find(ModelRepository.DEFAULT_ID);
    float[] input = smooth(160, 160);
    float[] expected = run(new TensorFlowEngineProvider().open(model, TWO_THREADS), input, 160);
    float[] probability = run(new CpuEngineProvider().open(model, TWO_THREADS), input, 160);
    double[] asDouble = new double[expected.length];
    Arrays.setAll(asDouble, i -> expected[i]);
    largestDifference(asDouble, probability, 1e-4);
  }

  @Test
  void saysWhichNetworksItCannotBuild() {
    assertEquals(
        Optional.of("it needs filters that are multiples of 8, not [8, 12, 16]"),
        new CpuEngineProvider().unavailable(RandomModel.of(List.of(8, 12, 16), 1)));
    assertEquals(
        Optional.empty(),
        new CpuEngineProvider().unavailable(RandomModel.of(List.of(8, 16, 16), 1)));
    assertEquals(
        Optional.of("it cannot build the network segmentation-2024"),
        new CpuEngineProvider().unavailable(RandomModel.segmentation2024(List.of(8, 16, 16), 1)));
  }

  private static float[] run(Engine opened, float[] input, int rows) {
    FloatBuffer probability = FloatBuffer.allocate(input.length);
    try (Engine engine = opened) {
      engine.run(FloatBuffer.wrap(input), 1, rows, input.length / rows, probability);
    }
    return probability.array();
  }

  private static double[] reference(Model model, float[] input, int rows) {
    int columns = input.length / rows;
    double[][] slice = new double[rows][columns];
    for (int i = 0; i < input.length; i++) {
      slice[i / columns][i % columns] = input[i];
    }
    double[][] result =
        new ReferenceNetwork(model.description().network().filters(), model.weights()).run(slice);
    return Arrays.stream(result).flatMapToDouble(Arrays::stream).toArray();
  }

  /** Fails if two results differ by more than a tolerance; returns how far the values spread. */
  private static double largestDifference(double[] expected, float[] actual, double tolerance) {
    double largest = 0;
    double spread = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i] - actual[i]));
      spread = Math.max(spread, Math.abs(expected[i] - expected[0]));
    }
    assertTrue(largest <= tolerance, "largest difference " + largest);
    return spread;
  }

  private static float[] random(int count, long seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = 2 * random.nextFloat() - 1;
    }
    return values;
  }

  /** Blurred shapes with noise on them, between -1 and 1: more like a CT than noise alone. */
  private static float[] smooth(int rows, int columns) {
    Random random = new Random(3);
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      double y = (double) (i / columns) / rows;
      double x = (double) (i % columns) / columns;
      double shape =
          Math.sin(11 * x + 3 * y) * Math.cos(7 * y - 2 * x) + 0.1 * random.nextGaussian();
      values[i] = (float) Math.max(-1, Math.min(1, shape));
    }
    return values;
  }
}
