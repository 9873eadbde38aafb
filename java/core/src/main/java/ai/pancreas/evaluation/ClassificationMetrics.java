package ai.pancreas.evaluation;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How good a classifier of two labels is. Numbers that are not defined are NaN.
 *
 * @param threshold a probability above this says 1
 * @param counts what that came to
 * @param auc the area under the curve of all thresholds
 * @param brierScore the mean squared difference of probability and label (Brier, Monthly Weather
 *     Review 78, 1950): 0 is perfect; saying the share of label 1 of everybody gives share times (1
 *     - share)
 * @param logLoss the binary cross-entropy: natural logarithm, mean per patient, of probabilities
 *     clipped to 1e-7 to 1 - 1e-7, as Keras clips them
 */
public record ClassificationMetrics(
    double threshold,
    ClassificationCounts counts,
    AreaUnderCurve auc,
    double brierScore,
    double logLoss) {
  /** The threshold that is meant where nobody names one. */
  public static final double USUAL_THRESHOLD = 0.5;

  private static final double LEAST_PROBABILITY = 1e-7;

  /**
   * Measures.
   *
   * @param predictions one of each patient
   * @throws IllegalArgumentException if the threshold is not from 0 to 1
   */
  public static ClassificationMetrics of(Collection<Prediction> predictions, double threshold) {
    if (!(threshold >= 0 && threshold <= 1)) {
      throw new IllegalArgumentException("a threshold is 0 to 1, not " + threshold);
    }
    return new ClassificationMetrics(
        threshold,
        ClassificationCounts.of(predictions, threshold),
        AreaUnderCurve.of(predictions),
        predictions.stream()
            .mapToDouble(each -> Math.pow(each.probability() - each.label(), 2))
            .average()
            .orElse(Double.NaN),
        predictions.stream()
            .mapToDouble(ClassificationMetrics::logLoss)
            .average()
            .orElse(Double.NaN));
  }

  private static double logLoss(Prediction prediction) {
    double ofTruth =
        prediction.isPositive() ? prediction.probability() : 1 - prediction.probability();
    return -Math.log(Math.max(LEAST_PROBABILITY, Math.min(1 - LEAST_PROBABILITY, ofTruth)));
  }

  /** All numbers by name, in a fixed order, undefined ones as NaN. */
  public Map<String, Number> values() {
    Map<String, Number> values = new LinkedHashMap<>();
    values.put("true_positives", counts.truePositives());
    values.put("false_positives", counts.falsePositives());
    values.put("false_negatives", counts.falseNegatives());
    values.put("true_negatives", counts.trueNegatives());
    values.put("accuracy", counts.accuracy());
    values.put("precision", counts.precision());
    values.put("recall", counts.recall());
    values.put("specificity", counts.specificity());
    values.put("f1", counts.f1());
    values.put("matthews_correlation", counts.matthewsCorrelation());
    values.put("auc", auc.value());
    values.put("auc_low", auc.interval().low());
    values.put("auc_high", auc.interval().high());
    values.put("brier_score", brierScore);
    values.put("log_loss", logLoss);
    return values;
  }
}
