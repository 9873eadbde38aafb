package ai.pancreas.train;

/** The loss of one map as its definition reads. */
final class ReferenceLoss {
  private ReferenceLoss() {}

  /**
   * The sum of the terms.
   *
   * @param mask 0 or 1, one a voxel
   * @param logits background and pancreas of each voxel
   */
  static double of(LossOptions options, double[] mask, double[] logits) {
    double entropy = 0;
    double[] overlap = new double[2];
    double[] truth = new double[2];
    double[] predicted = new double[2];
    for (int i = 0; i < mask.length; i++) {
      int own = (int) mask[i];
      double weight = own == 1 ? options.foregroundWeight() : 1;
      entropy += weight * minusLogProbability(logits, i, own);
      truth[own]++;
      for (int c = 0; c < 2; c++) {
        double p = Math.exp(-minusLogProbability(logits, i, c));
        predicted[c] += p;
        overlap[c] += own == c ? p : 0;
      }
    }
    double softDice = 1 - (2 * overlap[1] + 1) / (truth[1] + predicted[1] + 1);
    double numerator = 0;
    double denominator = 0;
    for (int c = 0; c < 2; c++) {
      double weight = 1 / Math.pow(Math.max(1, truth[c]), 2);
      numerator += weight * overlap[c];
      denominator += weight * (truth[c] + predicted[c]);
    }
    return options.crossEntropy() * entropy / mask.length
        + options.softDice() * softDice
        + options.weightedDice() * (1 - 2 * numerator / denominator);
  }

  /** log(sum of exp) less the class's own logit, without overflow. */
  private static double minusLogProbability(double[] logits, int voxel, int own) {
    double a = logits[2 * voxel];
    double b = logits[2 * voxel + 1];
    double most = Math.max(a, b);
    double sum = most + Math.log(Math.exp(a - most) + Math.exp(b - most));
    return sum - (own == 0 ? a : b);
  }
}
