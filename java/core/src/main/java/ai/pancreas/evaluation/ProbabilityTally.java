package ai.pancreas.evaluation;

import java.util.List;

/**
 * Counts probabilities of pancreas and background. Its size does not depend on how many. Not
 * thread-safe.
 */
final class ProbabilityTally {
  private final long[][] counts = new long[2][Thresholds.INTERVALS];
  private final double[] sums = new double[Thresholds.INTERVALS];
  private final LogitHistogram logits = new LogitHistogram();
  private double negativeLogLikelihood;
  private double squares;

  /**
   * Adds a voxel.
   *
   * @param probability of pancreas, 0 to 1
   * @param truth 1 for pancreas, 0 for background
   */
  void add(float probability, int truth) {
    int interval = Thresholds.interval(probability);
    counts[truth][interval]++;
    sums[interval] += probability;
    double p = Probabilities.clip(probability);
    double logP = Math.log(p);
    double logNotP = Math.log1p(-p);
    logits.add(logP - logNotP, truth);
    negativeLogLikelihood -= truth == 1 ? logP : logNotP;
    double error = truth - (double) probability;
    squares += error * error;
  }

  /** What was counted here and there. */
  ProbabilityTally plus(ProbabilityTally other) {
    ProbabilityTally both = new ProbabilityTally();
    for (ProbabilityTally each : List.of(this, other)) {
      for (int interval = 0; interval < Thresholds.INTERVALS; interval++) {
        both.counts[0][interval] += each.counts[0][interval];
        both.counts[1][interval] += each.counts[1][interval];
        both.sums[interval] += each.sums[interval];
      }
      both.logits.add(each.logits);
      both.negativeLogLikelihood += each.negativeLogLikelihood;
      both.squares += each.squares;
    }
    return both;
  }

  /** How far what was counted can be taken at its word. */
  Calibration calibration() {
    return Calibration.of(counts, sums, negativeLogLikelihood, squares);
  }

  /** All voxels by the logit of their probability. */
  LogitHistogram logits() {
    return logits;
  }
}
