package ai.pancreas.evaluation;

import java.util.Collection;

/**
 * How many patients were told right and wrong. A ratio that is not defined, such as the recall
 * where no patient has label 1, is NaN.
 *
 * @param truePositives label 1, and above the threshold
 * @param falsePositives label 0, but above it
 * @param falseNegatives label 1, but not above it
 * @param trueNegatives label 0, and not above it
 */
public record ClassificationCounts(
    long truePositives, long falsePositives, long falseNegatives, long trueNegatives) {

  /**
   * Counts.
   *
   * @param threshold a probability above this says 1
   */
  public static ClassificationCounts of(Collection<Prediction> predictions, double threshold) {
    long[] counts = new long[4];
    for (Prediction prediction : predictions) {
      counts[2 * prediction.label() + (prediction.probability() > threshold ? 1 : 0)]++;
    }
    return new ClassificationCounts(counts[3], counts[1], counts[2], counts[0]);
  }

  /** How many patients were counted. */
  public long patients() {
    return positives() + negatives();
  }

  /** How many have label 1. */
  public long positives() {
    return truePositives + falseNegatives;
  }

  /** How many have label 0. */
  public long negatives() {
    return trueNegatives + falsePositives;
  }

  /** The share that was told right. */
  public double accuracy() {
    return (double) (truePositives + trueNegatives) / patients();
  }

  /** The share of those called 1 that are; NaN where none was called so. */
  public double precision() {
    return (double) truePositives / (truePositives + falsePositives);
  }

  /** The share of those with label 1 that was found, or sensitivity; NaN where there are none. */
  public double recall() {
    return (double) truePositives / positives();
  }

  /** The share of those with label 0 that was called so; NaN where there are none. */
  public double specificity() {
    return (double) trueNegatives / negatives();
  }

  /** The harmonic mean of precision and recall; NaN where nobody has label 1 or was called so. */
  public double f1() {
    return 2.0 * truePositives / (2.0 * truePositives + falsePositives + falseNegatives);
  }

  /**
   * The correlation of what is true and what was said, -1 to 1 (Matthews, Biochimica et Biophysica
   * Acta 405, 1975); NaN where all are, or all were called, the same.
   */
  public double matthewsCorrelation() {
    double product =
        Math.sqrt((double) (truePositives + falsePositives) * positives())
            * Math.sqrt((double) (trueNegatives + falseNegatives) * negatives());
    return ((double) truePositives * trueNegatives - (double) falsePositives * falseNegatives)
        / product;
  }
}
