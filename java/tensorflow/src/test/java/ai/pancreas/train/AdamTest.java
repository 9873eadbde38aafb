package ai.pancreas.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.pancreas.model.Tensor;
import ai.pancreas.model.TensorShape;
import ai.pancreas.model.Weights;
import ai.pancreas.tensorflow.Parameters;
import ai.pancreas.tensorflow.TensorFlowRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

class AdamTest {
  private static final List<TensorShape> TENSORS =
      List.of(
          new TensorShape("layer/kernel", List.of(3, 3, 1, 2, 4)),
          new TensorShape("layer/bias", List.of(4)));

  private static final int STEPS = 10;

  /** The update's rounding in float32, 6e-8 of a weight of about 1 in each of ten steps. */
  private static final double TOLERANCE = 1e-6;

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.004, 0.3})
  void followsItsFormulaInFloat64(double weightDecay) {
    OptimizerOptions options = OptimizerOptions.adamW(weightDecay, 0);
    Random random = new Random(1);
    Weights weights = randomWeights(random, 1);
    Weights zeros = randomWeights(random, 0);
    double[][] w = doubles(weights);
    double[][] m = doubles(zeros);
    double[][] v = doubles(zeros);
    TensorFlowRuntime.load();
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Variables variables = new Variables(tf, TENSORS, "weights");
      List<Operand<TFloat32>> gradients = new ArrayList<>();
      for (TensorShape tensor : TENSORS) {
        gradients.add(
            tf.placeholder(TFloat32.class, Placeholder.shape(Parameters.shape(tensor.shape()))));
      }
      AdamGraph adam = new AdamGraph(tf, options, TENSORS, variables, gradients);
      try (Session session = new Session(graph)) {
        variables.assign(session, weights);
        adam.firstMoments().assign(session, zeros);
        adam.secondMoments().assign(session, zeros);
        for (int step = 1; step <= STEPS; step++) {
          double rate = 0.01 / step;
          // Sizes from 1 to 1e-9, where epsilon rules.
          Weights given = randomWeights(random, Math.pow(10, 1 - step));
          Session.Runner runner = session.runner();
          List<TFloat32> fed = new ArrayList<>();
          for (int i = 0; i < TENSORS.size(); i++) {
            TensorShape tensor = TENSORS.get(i);
            fed.add(
                TFloat32.tensorOf(
                    Parameters.shape(tensor.shape()),
                    DataBuffers.of(given.get(tensor.name()).values(), true, false)));
            runner.feed(gradients.get(i), fed.get(i));
            update(options, step, rate, given.get(tensor.name()), w[i], m[i], v[i]);
          }
          adam.run(runner, step, rate).close();
          fed.forEach(TFloat32::close);
        }
        assertClose(w, variables.read(session), TOLERANCE);
        assertClose(m, adam.firstMoments().read(session), TOLERANCE);
        assertClose(v, adam.secondMoments().read(session), TOLERANCE);
      }
    }
  }

  @Test
  void refusesOptionsThatCannotWork() {
    assertThrows(IllegalArgumentException.class, () -> OptimizerOptions.adamW(-1, 0));
    assertThrows(IllegalArgumentException.class, () -> OptimizerOptions.adamW(Double.NaN, 0));
    assertThrows(IllegalArgumentException.class, () -> new OptimizerOptions(1, 0.999, 1e-7, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> new OptimizerOptions(0.9, 0.999, 0, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> OptimizerOptions.adamW(0, 1));
    assertThrows(IllegalArgumentException.class, () -> OptimizerOptions.adamW(0, -0.1));
  }

  private static void update(
      OptimizerOptions options,
      int step,
      double rate,
      Tensor gradient,
      double[] w,
      double[] m,
      double[] v) {
    double correction =
        Math.sqrt(1 - Math.pow(options.beta2(), step)) / (1 - Math.pow(options.beta1(), step));
    double decay = gradient.name().endsWith("kernel") ? rate * options.weightDecay() : 0;
    for (int i = 0; i < w.length; i++) {
      double g = gradient.values()[i];
      w[i] -= decay * w[i];
      m[i] = options.beta1() * m[i] + (1 - options.beta1()) * g;
      v[i] = options.beta2() * v[i] + (1 - options.beta2()) * g * g;
      w[i] -= rate * correction * m[i] / (Math.sqrt(v[i]) + options.epsilon());
    }
  }

  private static void assertClose(double[][] expected, Weights actual, double tolerance) {
    for (int i = 0; i < TENSORS.size(); i++) {
      float[] values = actual.get(TENSORS.get(i).name()).values();
      for (int j = 0; j < values.length; j++) {
        assertEquals(expected[i][j], values[j], tolerance, TENSORS.get(i).name());
      }
    }
  }

  private static Weights randomWeights(Random random, double scale) {
    List<Tensor> tensors = new ArrayList<>();
    for (TensorShape tensor : TENSORS) {
      float[] values = new float[tensor.shape().stream().reduce(1, (a, b) -> a * b)];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (scale * random.nextGaussian());
      }
      tensors.add(new Tensor(tensor.name(), tensor.shape(), values));
    }
    return new Weights(tensors);
  }

  private static double[][] doubles(Weights weights) {
    return Float64Training.parameters(weights).values().toArray(double[][]::new);
  }
}
