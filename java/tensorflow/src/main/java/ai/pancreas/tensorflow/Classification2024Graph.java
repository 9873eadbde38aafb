package ai.pancreas.tensorflow;

import ai.pancreas.model.Classification2024;
import ai.pancreas.model.NetworkDescription;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.family.TNumber;

/**
 * Adds {@link Classification2024} to a graph.
 *
 * @param <T> the type of values and parameters
 */
public final class Classification2024Graph<T extends TNumber> {
  private final Placeholder<T> input;
  private final Operand<T> logits;
  private final Operand<T> probability;

  /**
   * Adds the network.
   *
   * @param normalizer what follows the convolutions that have a batch normalisation
   */
  public Classification2024Graph(
      Ops tf,
      Class<T> type,
      NetworkDescription network,
      Parameters<T> parameters,
      Normalizer<T> normalizer) {
    List<Integer> size = network.inputSize();
    input =
        tf.placeholder(
            type, Placeholder.shape(Shape.of(-1, size.get(0), size.get(1), size.get(2), 1)));
    VolumeLayers<T> layers = new VolumeLayers<>(tf, parameters, normalizer);
    List<Operand<T>> levels = layers.encoder(layers.slicesLast(input), network.filters());
    Operand<T> kernel = parameters.get("dense/kernel");
    Operand<T> features =
        tf.reshape(
            levels.get(levels.size() - 1), tf.constant(new long[] {-1, kernel.shape().get(0)}));
    Operand<T> dense =
        tf.nn.biasAdd(tf.linalg.matMul(features, kernel), parameters.get("dense/bias"));
    logits = tf.reshape(dense, tf.constant(new int[] {-1}));
    probability = tf.math.sigmoid(logits);
  }

  /** Receives [volume][slice][row][column][1], of the network's input size. */
  public Operand<T> input() {
    return input;
  }

  /** What the sigmoid is taken of, one number a volume. */
  public Operand<T> logits() {
    return logits;
  }

  /** The probability of cancer, one number a volume. */
  public Operand<T> probability() {
    return probability;
  }
}
