package ai.pancreas.train;

/**
 * Adam (Kingma and Ba, arXiv:1412.6980) in the form of Keras, whose epsilon stands beside the root
 * of the second moment without its bias correction; with weight decay, AdamW (Loshchilov and
 * Hutter, arXiv:1711.05101). In step t = 1, 2, ..., with gradient g and learning rate r:
 *
 * <pre>
 * w -= r * weightDecay * w                  kernels only, not biases
 * m += (1 - beta1) * (g - m)
 * v += (1 - beta2) * (g * g - v)
 * w -= r * sqrt(1 - beta2^t) / (1 - beta1^t) * m / (sqrt(v) + epsilon)
 * </pre>
 *
 * <p>The weights that validation and the model get can be their running mean over the steps (Polyak
 * and Juditsky 1992), which is steadier than the weights of one step:
 *
 * <pre>
 * a += (1 - min(averaging, (t - 1) / (t + 9))) * (w - a)
 * </pre>
 *
 * @param beta1 how slowly the mean of the gradients fades
 * @param beta2 how slowly the mean of their squares fades
 * @param epsilon keeps the divisor from 0
 * @param weightDecay the decoupled decay; 0 for plain Adam
 * @param averaging how slowly the mean of the weights fades; 0 takes the weights as they are
 */
public record OptimizerOptions(
    double beta1, double beta2, double epsilon, double weightDecay, double averaging) {

  /** Adam with Keras's defaults. */
  public static final OptimizerOptions ADAM = adamW(0, 0);

  /** AdamW with Keras's defaults but for the weight decay, and with averaging. */
  public static OptimizerOptions adamW(double weightDecay, double averaging) {
    return new OptimizerOptions(0.9, 0.999, 1e-7, weightDecay, averaging);
  }

  public OptimizerOptions {
    if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
      throw new IllegalArgumentException(
          "beta1 and beta2 must be from 0 to less than 1: %s, %s".formatted(beta1, beta2));
    }
    if (!(averaging >= 0 && averaging < 1)) {
      throw new IllegalArgumentException("averaging must be from 0 to less than 1: " + averaging);
    }
    if (!(epsilon > 0 && weightDecay >= 0)
        || Double.isInfinite(epsilon)
        || Double.isInfinite(weightDecay)) {
      throw new IllegalArgumentException(
          "epsilon must be more than 0, weight decay 0 or more: %s, %s"
              .formatted(epsilon, weightDecay));
    }
  }

  /**
   * What share of a running mean a step replaces, where the mean fades this slowly: more in the
   * first steps, so that what it started from is soon forgotten.
   *
   * @param step the number of the step, from 1
   */
  static double share(double fading, long step) {
    return 1 - Math.min(fading, (step - 1.0) / (step + 9.0));
  }
}
