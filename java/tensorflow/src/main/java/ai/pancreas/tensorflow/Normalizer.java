package ai.pancreas.tensorflow;

import org.tensorflow.Operand;
import org.tensorflow.types.family.TNumber;

/** What happens between a 3x3 convolution and its ReLU, adding the bias included. */
@FunctionalInterface
public interface Normalizer<T extends TNumber> {

  /**
   * Adds the normalisation to the graph.
   *
   * @param x what the convolution gives, [slice][row][column][channel]
   * @param bias the convolution's, one number a channel
   * @param name the convolution's, such as {@code encoder0/conv0}
   */
  Operand<T> apply(Operand<T> x, Operand<T> bias, String name);
}
