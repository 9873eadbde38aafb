package ai.pancreas.train;

import ai.pancreas.model.TensorShape;
import ai.pancreas.tensorflow.Parameters;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;

/**
 * Adds the loss of classification to a graph: the mean over the volumes of {@code softplus((1 - 2
 * y) d)}, which is the binary cross-entropy of label y and probability sigmoid(d) and never takes
 * the logarithm of 0; and a factor times the sum of the squares of all convolution kernels.
 */
final class ClassificationLoss {
  private static final int KERNEL_AXES = 5;

  private ClassificationLoss() {}

  /**
   * The whole loss, a scalar.
   *
   * @param logits one number a volume
   * @param labels 0 or 1, likewise
   * @param l2 the factor of the squares
   * @param tensors those of the network, some of them convolution kernels
   * @param parameters their values
   * @param <T> the type of all values
   */
  static <T extends TNumber> Operand<T> of(
      Ops tf,
      Class<T> type,
      Operand<T> logits,
      Operand<T> labels,
      double l2,
      List<TensorShape> tensors,
      Parameters<T> parameters) {
    Operand<T> sign = tf.math.sub(number(tf, type, 1), tf.math.mul(number(tf, type, 2), labels));
    List<Operand<T>> terms = new ArrayList<>();
    terms.add(tf.math.mean(tf.math.softplus(tf.math.mul(sign, logits)), tf.constant(0)));
    if (l2 > 0) {
      for (TensorShape tensor : tensors) {
        if (tensor.shape().size() == KERNEL_AXES) {
          // TensorFlow's has a factor of 1/2.
          Operand<T> halfSquares = tf.nn.l2Loss(parameters.get(tensor.name()));
          terms.add(tf.math.mul(number(tf, type, 2 * l2), halfSquares));
        }
      }
    }
    return tf.math.addN(terms);
  }

  private static <T extends TNumber> Operand<T> number(Ops tf, Class<T> type, double value) {
    return tf.dtypes.cast(tf.constant(value), type);
  }
}
