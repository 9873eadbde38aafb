package ai.pancreas.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.model.Weights;
import ai.pancreas.tensorflow.RandomModel;
import ai.pancreas.tensorflow.ReferenceNetwork;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.ndarray.Shape;

class GradientTest {
  /** Four levels: the smallest network with a gate whose signal has to be up-sampled. */
  private static final List<Integer> FILTERS = List.of(2, 4, 2, 4);

  private static final int SLICES = 2;
  private static final int ROWS = 8;
  private static final int COLUMNS = 16;

  private static final Weights WEIGHTS = RandomModel.of(FILTERS, 5).weights();

  /**
   * Central differences of this step have an error of about 1e-9 by rounding (1e-16 / 1e-7) and
   * less by truncation. No element is left out: one whose ReLU or maximum changes sides within the
   * step would fail.
   */
  private static final double STEP = 1e-7;

  private static final double TOLERANCE = 1e-7;

  private static List<LossOptions> losses() {
    List<Double> maps = List.of(0.3, 0.7, 0.5);
    return List.of(
        new LossOptions(7, 1, 0, 0, List.of()),
        new LossOptions(7, 0, 1, 0, List.of()),
        new LossOptions(7, 0, 0, 1, List.of()),
        new LossOptions(3, 0.5, 2, 1.5, List.of()),
        new LossOptions(3, 0.5, 0, 0, List.of(0.0, 0.0, 2.0)),
        new LossOptions(3, 0.5, 2, 1.5, maps));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void equalsCentralDifferencesAlongADirectionForEveryTensor(LossOptions options) {
    Float64Training.Point point = point();
    Random random = new Random(11);
    try (Float64Training training = new Float64Training(FILTERS, options)) {
      Map<String, double[]> gradients = training.gradients(point);
      for (String name : gradients.keySet()) {
        double[] direction = random.doubles(gradients.get(name).length, -1, 1).toArray();
        double along = 0;
        for (int i = 0; i < direction.length; i++) {
          along += direction[i] * gradients.get(name)[i];
        }
        assertEquals(slope(training, point, name, direction), along, TOLERANCE, name);
      }
    }
  }

  @Test
  void equalsCentralDifferencesForEveryParameter() {
    Float64Training.Point point = point();
    LossOptions options = losses().get(losses().size() - 1);
    try (Float64Training training = new Float64Training(FILTERS, options)) {
      Map<String, double[]> gradients = training.gradients(point);
      for (String name : gradients.keySet()) {
        double largest = 0;
        for (int i = 0; i < gradients.get(name).length; i++) {
          double[] direction = new double[gradients.get(name).length];
          direction[i] = 1;
          double gradient = gradients.get(name)[i];
          assertEquals(slope(training, point, name, direction), gradient, TOLERANCE, name + i);
          largest = Math.max(largest, Math.abs(gradient));
        }
        assertTrue(largest > 100 * TOLERANCE, name + " must take part: " + largest);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("losses")
  void lossEqualsItsDefinition(LossOptions options) {
    Float64Training.Point point = point();
    try (Float64Training training = new Float64Training(FILTERS, options)) {
      List<double[]> logits = training.logits(point);
      double expected = ReferenceLoss.of(options, point.mask(), logits.get(0));
      for (int i = 0; i < options.deepSupervision().size(); i++) {
        expected +=
            options.deepSupervision().get(i)
                * ReferenceLoss.of(options, point.mask(), logits.get(i + 1));
      }
      assertEquals(expected, training.loss(point), 1e-12);
    }
  }

  @Test
  void lossIsFiniteAndExactForSureVoxels() {
    // Logits of +-400 and more: exp overflows in float32, and 1 - p is 0 in float64.
    Float64Training.Point point = point();
    Map<String, double[]> parameters = new LinkedHashMap<>(point.parameters());
    parameters.computeIfPresent(
        "head/kernel", (name, values) -> Arrays.stream(values).map(v -> 1e4 * v).toArray());
    Float64Training.Point sure =
        new Float64Training.Point(point.input(), point.mask(), point.shape(), parameters);
    LossOptions options = losses().get(0);
    try (Float64Training training = new Float64Training(FILTERS, options)) {
      double expected = ReferenceLoss.of(options, sure.mask(), training.logits(sure).get(0));
      assertTrue(expected > 100, "the network must be sure and wrong: " + expected);
      assertEquals(expected, training.loss(sure), 1e-12 * expected);
      training
          .gradients(sure)
          .forEach(
              (name, values) -> assertTrue(Arrays.stream(values).allMatch(Double::isFinite), name));
    }
  }

  @Test
  void weightedDiceOfABatchWithoutPancreasIsFinite() {
    LossOptions options = new LossOptions(7, 0, 1, 1, List.of());
    Float64Training.Point point = point();
    Float64Training.Point empty =
        new Float64Training.Point(
            point.input(), new double[point.mask().length], point.shape(), point.parameters());
    try (Float64Training training = new Float64Training(FILTERS, options)) {
      double expected = ReferenceLoss.of(options, empty.mask(), training.logits(empty).get(0));
      assertEquals(expected, training.loss(empty), 1e-12);
      assertTrue(Double.isFinite(expected));
    }
  }

  @Test
  void theNetworkIsItsDefinition() {
    Float64Training.Point point = point();
    ReferenceNetwork reference = new ReferenceNetwork(FILTERS, WEIGHTS);
    try (Float64Training training = new Float64Training(FILTERS, LossOptions.REFERENCE)) {
      double[] probability = training.probability(point);
      for (int slice = 0; slice < SLICES; slice++) {
        double[][] x = new double[ROWS][COLUMNS];
        for (int i = 0; i < ROWS * COLUMNS; i++) {
          x[i / COLUMNS][i % COLUMNS] = point.input()[slice * ROWS * COLUMNS + i];
        }
        double[][] expected = reference.run(x);
        for (int i = 0; i < ROWS * COLUMNS; i++) {
          assertEquals(
              expected[i / COLUMNS][i % COLUMNS], probability[slice * ROWS * COLUMNS + i], 1e-12);
        }
      }
    }
  }

  private static double slope(
      Float64Training training, Float64Training.Point point, String name, double[] direction) {
    return (training.loss(moved(point, name, direction, STEP))
            - training.loss(moved(point, name, direction, -STEP)))
        / (2 * STEP);
  }

  private static Float64Training.Point moved(
      Float64Training.Point point, String name, double[] direction, double by) {
    Map<String, double[]> parameters = new LinkedHashMap<>(point.parameters());
    double[] values = parameters.get(name).clone();
    for (int i = 0; i < values.length; i++) {
      values[i] += by * direction[i];
    }
    parameters.put(name, values);
    return new Float64Training.Point(point.input(), point.mask(), point.shape(), parameters);
  }

  private static Float64Training.Point point() {
    Random random = new Random(7);
    int count = SLICES * ROWS * COLUMNS;
    double[] input = random.doubles(count, -1, 1).toArray();
    double[] mask = random.doubles(count).map(value -> value < 0.3 ? 1 : 0).toArray();
    return new Float64Training.Point(
        input, mask, Shape.of(SLICES, ROWS, COLUMNS, 1), Float64Training.parameters(WEIGHTS));
  }
}
