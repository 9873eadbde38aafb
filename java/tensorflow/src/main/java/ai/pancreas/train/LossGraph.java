package ai.pancreas.train;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.family.TNumber;

/**
 * Adds the loss of {@link LossOptions} to a graph.
 *
 * <p>With two classes the softmax is the logistic function of the difference d of the logits: p =
 * sigmoid(d), -log p = softplus(-d), -log(1 - p) = softplus(d), which never take the logarithm of
 * 0.
 *
 * @param <T> the type of all values
 */
final class LossGraph<T extends TNumber> {
  private final Ops tf;
  private final Class<T> type;
  private final LossOptions options;
  private final Operand<T> mask;
  private final Operand<T> voxels;
  private final Operand<T> maskSum;

  /**
   * Prepares the loss for a mask.
   *
   * @param mask 0 or 1, [slice][row][column][1]
   */
  LossGraph(Ops tf, Class<T> type, LossOptions options, Operand<T> mask) {
    this.tf = tf;
    this.type = type;
    this.options = options;
    this.mask = mask;
    this.voxels = tf.dtypes.cast(tf.size(mask), type);
    this.maskSum = sum(mask);
  }

  /**
   * The whole loss, a scalar.
   *
   * @param head the network's logits, [slice][row][column][2]
   * @param supervision the maps of deep supervision, likewise, deepest first
   */
  Operand<T> of(Operand<T> head, List<Operand<T>> supervision) {
    List<Operand<T>> losses = new ArrayList<>();
    losses.add(ofMap(head));
    for (int i = 0; i < options.deepSupervision().size(); i++) {
      double factor = options.deepSupervision().get(i);
      if (factor > 0) {
        losses.add(tf.math.mul(number(factor), ofMap(supervision.get(i))));
      }
    }
    return tf.math.addN(losses);
  }

  private Operand<T> ofMap(Operand<T> logits) {
    List<Output<T>> channels = tf.unstack(logits, 2L, Unstack.axis(3L)).output();
    Operand<T> difference =
        tf.expandDims(tf.math.sub(channels.get(1), channels.get(0)), tf.constant(3));
    List<Operand<T>> terms = new ArrayList<>();
    if (options.crossEntropy() > 0) {
      terms.add(tf.math.mul(number(options.crossEntropy()), crossEntropy(difference)));
    }
    if (options.softDice() > 0 || options.weightedDice() > 0) {
      Operand<T> probability = tf.math.sigmoid(difference);
      Operand<T> overlap = sum(tf.math.mul(mask, probability));
      Operand<T> probabilitySum = sum(probability);
      if (options.softDice() > 0) {
        Operand<T> dice = softDice(overlap, probabilitySum);
        terms.add(tf.math.mul(number(options.softDice()), dice));
      }
      if (options.weightedDice() > 0) {
        Operand<T> dice = weightedDice(overlap, probabilitySum);
        terms.add(tf.math.mul(number(options.weightedDice()), dice));
      }
    }
    return tf.math.addN(terms);
  }

  private Operand<T> crossEntropy(Operand<T> difference) {
    Operand<T> sign = tf.math.sub(number(1), tf.math.mul(number(2), mask));
    Operand<T> weight =
        tf.math.add(number(1), tf.math.mul(number(options.foregroundWeight() - 1), mask));
    Operand<T> losses = tf.math.mul(weight, tf.math.softplus(tf.math.mul(sign, difference)));
    return tf.math.div(sum(losses), voxels);
  }

  private Operand<T> softDice(Operand<T> overlap, Operand<T> probabilitySum) {
    return tf.math.sub(
        number(1),
        tf.math.div(
            tf.math.add(twice(overlap), number(1)),
            tf.math.add(tf.math.add(maskSum, probabilitySum), number(1))));
  }

  private Operand<T> weightedDice(Operand<T> overlap, Operand<T> probabilitySum) {
    Operand<T> sizes = tf.math.add(maskSum, probabilitySum);
    Operand<T> weight = classWeight(maskSum);
    // Of background: sum((1 - y)(1 - p)) and sum((1 - y) + (1 - p)).
    Operand<T> otherOverlap = tf.math.add(tf.math.sub(voxels, sizes), overlap);
    Operand<T> otherSizes = tf.math.sub(twice(voxels), sizes);
    Operand<T> otherWeight = classWeight(tf.math.sub(voxels, maskSum));
    return tf.math.sub(
        number(1),
        tf.math.div(
            twice(
                tf.math.add(tf.math.mul(weight, overlap), tf.math.mul(otherWeight, otherOverlap))),
            tf.math.add(tf.math.mul(weight, sizes), tf.math.mul(otherWeight, otherSizes))));
  }

  private Operand<T> classWeight(Operand<T> size) {
    return tf.math.reciprocal(tf.math.square(tf.math.maximum(number(1), size)));
  }

  private Operand<T> sum(Operand<T> x) {
    return tf.sum(x, tf.constant(new int[] {0, 1, 2, 3}));
  }

  private Operand<T> twice(Operand<T> x) {
    return tf.math.mul(number(2), x);
  }

  private Operand<T> number(double value) {
    return tf.dtypes.cast(tf.constant(value), type);
  }
}
