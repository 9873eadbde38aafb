package ai.pancreas.evaluation;

import java.util.Arrays;
import java.util.Collection;
import java.util.function.Predicate;

/**
 * The area under the receiver operating characteristic curve: how often a patient with label 1 has
 * a higher probability than one with label 0, ties counted as one half.
 *
 * @param value 0 to 1; NaN unless there are patients of both labels
 * @param standardError by DeLong, DeLong and Clarke-Pearson (Biometrics 44, 1988); NaN unless there
 *     are two patients of each label
 * @param interval where the true area lies
 * @param method how the interval was found
 */
public record AreaUnderCurve(
    double value, double standardError, Interval interval, IntervalMethod method) {

  /** How an interval was found. */
  public enum IntervalMethod {
    /**
     * DeLong's standard error on the logit of the area, which keeps the interval within 0 to 1:
     * logit(A) +- 1.96 s / (A (1 - A)).
     */
    DELONG_LOGIT("DeLong, on the logit"),
    /**
     * Exact, where the labels are parted without an error (or all the wrong way round) and DeLong's
     * standard error is 0, which says nothing of how sure that is. The smaller group has k
     * patients, so there are k pairs that share nobody; each is in order with a chance of A, and
     * all are with A^k. A below 0.025^(1/k) is therefore ruled out, which is the interval of
     * Clopper and Pearson for k of k. It is wider than it need be, never too narrow.
     */
    EXACT_PAIRS("exact, from pairs that share nobody"),
    /** There is no interval: too few patients, or all have the same probability. */
    NONE("none");

    private final String label;

    IntervalMethod(String label) {
      this.label = label;
    }

    /** A few words for people. */
    public String label() {
      return label;
    }
  }

  /**
   * Measures.
   *
   * @param predictions of patients who know nothing of each other; one of each
   */
  public static AreaUnderCurve of(Collection<Prediction> predictions) {
    double[] positives = probabilities(predictions, Prediction::isPositive);
    double[] negatives = probabilities(predictions, prediction -> !prediction.isPositive());
    if (positives.length == 0 || negatives.length == 0) {
      return new AreaUnderCurve(Double.NaN, Double.NaN, Interval.NONE, IntervalMethod.NONE);
    }
    double[] aboveNegatives = new double[positives.length];
    double[] belowPositives = new double[negatives.length];
    double pairsInOrder = 0;
    for (int i = 0; i < positives.length; i++) {
      for (int j = 0; j < negatives.length; j++) {
        double inOrder = (Math.signum(positives[i] - negatives[j]) + 1) / 2;
        aboveNegatives[i] += inOrder;
        belowPositives[j] += inOrder;
        pairsInOrder += inOrder;
      }
    }
    double area = pairsInOrder / positives.length / negatives.length;
    double error =
        Math.sqrt(
            variance(aboveNegatives, negatives.length, area) / positives.length
                + variance(belowPositives, positives.length, area) / negatives.length);
    return withInterval(area, error, Math.min(positives.length, negatives.length));
  }

  private static AreaUnderCurve withInterval(double area, double error, int smallerGroup) {
    if (area == 0 || area == 1) {
      double least = Math.pow(Interval.MISSED / 2, 1.0 / smallerGroup);
      Interval interval = area == 1 ? new Interval(least, 1) : new Interval(0, 1 - least);
      return new AreaUnderCurve(area, error, interval, IntervalMethod.EXACT_PAIRS);
    }
    if (!(error > 0)) {
      return new AreaUnderCurve(area, error, Interval.NONE, IntervalMethod.NONE);
    }
    double logit = Math.log(area / (1 - area));
    double half = Interval.Z * error / (area * (1 - area));
    return new AreaUnderCurve(
        area,
        error,
        new Interval(logistic(logit - half), logistic(logit + half)),
        IntervalMethod.DELONG_LOGIT);
  }

  /** Of shares of a whole, divided by one less than their number; NaN for a single one. */
  private static double variance(double[] parts, int whole, double mean) {
    double squares = Arrays.stream(parts).map(part -> Math.pow(part / whole - mean, 2)).sum();
    return squares / (parts.length - 1);
  }

  private static double logistic(double logit) {
    return 1 / (1 + Math.exp(-logit));
  }

  private static double[] probabilities(
      Collection<Prediction> predictions, Predicate<Prediction> which) {
    return predictions.stream().filter(which).mapToDouble(Prediction::probability).toArray();
  }
}
