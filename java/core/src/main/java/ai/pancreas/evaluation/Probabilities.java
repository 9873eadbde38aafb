package ai.pancreas.evaluation;

/** What float32 can tell of a probability. */
final class Probabilities {
  /** The smallest probability of float32 with full precision: its logit is -87.3. */
  private static final double MIN = Float.MIN_NORMAL;

  /** The largest probability of float32 below 1: its logit is 16.6. */
  private static final double MAX = 1 - 0x1p-24;

  private Probabilities() {}

  /** A probability that is not 0 and not 1, so that its logarithms are finite. */
  static double clip(double probability) {
    return Math.max(MIN, Math.min(MAX, probability));
  }

  /** The logarithm of the odds, of the clipped probability. */
  static double logit(double probability) {
    double p = clip(probability);
    return Math.log(p) - Math.log1p(-p);
  }

  /** The inverse of {@link #logit}. */
  static double sigmoid(double logit) {
    return 1 / (1 + Math.exp(-logit));
  }
}
