package ai.pancreas.evaluation;

/**
 * How well predicted voxels agree with the true ones.
 *
 * @param truePositives voxels of both
 * @param falsePositives voxels that were predicted alone
 * @param falseNegatives voxels of the truth alone
 */
record Overlap(long truePositives, long falsePositives, long falseNegatives) {
  static final Overlap NONE = new Overlap(0, 0, 0);

  /** Of masks of 0 and 1. */
  static Overlap of(byte[] predicted, byte[] truth) {
    long both = 0;
    long predictedVoxels = 0;
    long trueVoxels = 0;
    for (int i = 0; i < truth.length; i++) {
      both += predicted[i] & truth[i];
      predictedVoxels += predicted[i];
      trueVoxels += truth[i];
    }
    return new Overlap(both, predictedVoxels - both, trueVoxels - both);
  }

  Overlap plus(Overlap other) {
    return new Overlap(
        truePositives + other.truePositives,
        falsePositives + other.falsePositives,
        falseNegatives + other.falseNegatives);
  }

  boolean holdsTruth() {
    return truePositives + falseNegatives > 0;
  }

  /** NaN where there is neither truth nor prediction. */
  double dice() {
    return 2.0 * truePositives / (2.0 * truePositives + falsePositives + falseNegatives);
  }

  /** NaN where nothing was predicted. */
  double precision() {
    return (double) truePositives / (truePositives + falsePositives);
  }

  /** NaN where nothing is true. */
  double recall() {
    return (double) truePositives / (truePositives + falseNegatives);
  }
}
