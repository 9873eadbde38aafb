package ai.pancreas.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What one epoch came to.
 *
 * @param epoch from 1 on
 * @param steps how many steps have been made since the beginning
 * @param learningRate of its last step
 * @param loss the mean of its steps' losses
 * @param gradientNorm the mean of its steps' gradient norms
 * @param validation where it was validated
 * @param seconds how long its steps took
 * @param waitedSeconds how long its steps waited for data, within those seconds
 * @param validationSeconds how long its validation took
 * @param <V> what validations come to
 */
record EpochRecord<V extends Validation>(
    int epoch,
    long steps,
    double learningRate,
    double loss,
    double gradientNorm,
    Optional<V> validation,
    double seconds,
    double waitedSeconds,
    double validationSeconds) {

  /** Its numbers by name, in a fixed order; those of a validation are missing without one. */
  Map<String, Number> values() {
    Map<String, Number> values = new LinkedHashMap<>();
    values.put("epoch", epoch);
    values.put("steps", steps);
    values.put("learning_rate", learningRate);
    values.put("loss", loss);
    values.put("gradient_norm", gradientNorm);
    validation.ifPresent(result -> values.putAll(result.values()));
    values.put("seconds", seconds);
    values.put("waited_seconds", waitedSeconds);
    values.put("validation_seconds", validationSeconds);
    return values;
  }
}
