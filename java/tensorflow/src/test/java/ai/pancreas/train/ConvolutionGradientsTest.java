package ai.pancreas.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat64;

class ConvolutionGradientsTest {
  /**
   * The loss is quadratic in each operand, so that central differences have no error but rounding:
   * 1e-16 of a loss of about 1e3, divided by the step.
   */
  private static final double STEP = 1e-3;

  private static final double TOLERANCE = 1e-8;

  @ParameterizedTest
  @CsvSource({"1, SAME", "2, SAME", "1, VALID", "2, VALID"})
  void ofAConvolutionEqualCentralDifferences(long stride, String padding) {
    requireExact(
        Shape.of(2, 4, 5, 6, 2),
        Shape.of(3, 3, 2, 2, 3),
        (tf, operands) -> tf.nn.conv3d(operands.get(0), operands.get(1), strides(stride), padding));
  }

  @ParameterizedTest
  @CsvSource({"1, 2, 3, 4", "2, 4, 6, 8", "2, 3, 5, 7"})
  void ofATransposedConvolutionEqualCentralDifferences(
      long stride, int rows, int columns, int slices) {
    requireExact(
        Shape.of(2, 2, 3, 4, 3),
        Shape.of(4, 4, 4, 2, 3),
        (tf, operands) ->
            tf.nn.conv3dBackpropInput(
                tf.constant(new int[] {2, rows, columns, slices, 2}),
                operands.get(1),
                operands.get(0),
                strides(stride),
                "SAME"));
  }

  @Test
  void canBeRegisteredAgain() {
    ConvolutionGradients.register();
    ConvolutionGradients.register();
  }

  private static void requireExact(
      Shape x, Shape kernel, BiFunction<Ops, List<Operand<TFloat64>>, Operand<TFloat64>> of) {
    ConvolutionGradients.register();
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      List<Operand<TFloat64>> operands =
          List.of(
              tf.placeholder(TFloat64.class, Placeholder.shape(x)),
              tf.placeholder(TFloat64.class, Placeholder.shape(kernel)));
      Operand<TFloat64> loss = tf.nn.l2Loss(of.apply(tf, operands));
      List<Output<?>> gradients = tf.gradients(loss, operands).dy();
      Random random = new Random(3);
      List<double[]> point =
          List.of(
              random.doubles(x.size(), -1, 1).toArray(),
              random.doubles(kernel.size(), -1, 1).toArray());
      try (Session session = new Session(graph)) {
        for (int operand = 0; operand < 2; operand++) {
          double[] gradient = run(session, operands, point, gradients.get(operand));
          assertEquals(point.get(operand).length, gradient.length);
          for (int i = 0; i < gradient.length; i++) {
            double slope =
                (run(session, operands, moved(point, operand, i, STEP), loss)[0]
                        - run(session, operands, moved(point, operand, i, -STEP), loss)[0])
                    / (2 * STEP);
            assertEquals(slope, gradient[i], TOLERANCE, "operand " + operand + ", element " + i);
          }
        }
      }
    }
  }

  private static List<double[]> moved(List<double[]> point, int operand, int index, double by) {
    List<double[]> moved = new ArrayList<>(point);
    moved.set(operand, point.get(operand).clone());
    moved.get(operand)[index] += by;
    return moved;
  }

  private static double[] run(
      Session session, List<Operand<TFloat64>> operands, List<double[]> point, Operand<?> fetched) {
    try (TFloat64 x = tensor(operands.get(0), point.get(0));
        TFloat64 kernel = tensor(operands.get(1), point.get(1));
        Result result =
            session
                .runner()
                .feed(operands.get(0).op().name(), x)
                .feed(operands.get(1).op().name(), kernel)
                .fetch(fetched.asOutput().op().name(), fetched.asOutput().index())
                .run()) {
      TFloat64 value = (TFloat64) result.get(0);
      double[] values = new double[Math.toIntExact(value.size())];
      value.copyTo(DataBuffers.of(values, false, false));
      return values;
    }
  }

  private static TFloat64 tensor(Operand<TFloat64> operand, double[] values) {
    return TFloat64.tensorOf(operand.shape(), DataBuffers.of(values, true, false));
  }

  private static List<Long> strides(long stride) {
    return List.of(1L, stride, stride, stride, 1L);
  }
}
