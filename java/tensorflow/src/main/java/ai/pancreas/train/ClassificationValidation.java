package ai.pancreas.train;

import ai.pancreas.evaluation.ClassificationMetrics;
import ai.pancreas.evaluation.Prediction;
import ai.pancreas.train.LearningRateSchedule.Score;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a network said of patients it was not trained on. The less its cross-entropy, without the
 * penalty for large weights, the better it is: unlike F1 that tells networks apart that call the
 * same patients positive.
 *
 * @param threshold a probability above this says 1
 * @param predictions one of each patient
 */
record ClassificationValidation(double threshold, List<Prediction> predictions)
    implements Validation {
  ClassificationValidation {
    predictions = List.copyOf(predictions);
  }

  ClassificationMetrics metrics() {
    return ClassificationMetrics.of(predictions, threshold);
  }

  @Override
  public double score() {
    return -metrics().logLoss();
  }

  @Override
  public Map<String, Number> values() {
    return metrics().values();
  }

  @Override
  public String text(Score best) {
    ClassificationMetrics metrics = metrics();
    return String.format(
        Locale.ROOT,
        "validation %.4f (best %.4f in epoch %d), AUC %.3f, F1 %.3f",
        metrics.logLoss(),
        -best.value(),
        best.epoch(),
        metrics.auc().value(),
        metrics.counts().f1());
  }
}
