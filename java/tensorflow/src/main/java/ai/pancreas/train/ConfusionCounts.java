package ai.pancreas.train;

/**
 * How many voxels were told right and wrong.
 *
 * <p>A ratio without a denominator, such as the precision where nothing was found, is 0; but F1 is
 * 1 where there was no pancreas and none was found.
 *
 * @param truePositives pancreas, and found
 * @param falsePositives found, but no pancreas
 * @param falseNegatives pancreas, but not found
 * @param trueNegatives neither
 */
public record ConfusionCounts(
    long truePositives, long falsePositives, long falseNegatives, long trueNegatives) {

  /** No voxels. */
  public static final ConfusionCounts NONE = new ConfusionCounts(0, 0, 0, 0);

  /** The sum of two counts. */
  public ConfusionCounts plus(ConfusionCounts other) {
    return new ConfusionCounts(
        truePositives + other.truePositives,
        falsePositives + other.falsePositives,
        falseNegatives + other.falseNegatives,
        trueNegatives + other.trueNegatives);
  }

  /** The share of voxels told right. */
  public double accuracy() {
    long right = truePositives + trueNegatives;
    return ratio(right, right + falsePositives + falseNegatives);
  }

  /** The share of what was found that is pancreas. */
  public double precision() {
    return ratio(truePositives, truePositives + falsePositives);
  }

  /** The share of the pancreas that was found. */
  public double recall() {
    return ratio(truePositives, truePositives + falseNegatives);
  }

  /** F1, which is the Dice coefficient of the two masks. */
  public double f1() {
    long both = 2 * truePositives + falsePositives + falseNegatives;
    return both == 0 ? 1 : ratio(2 * truePositives, both);
  }

  private static double ratio(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}
