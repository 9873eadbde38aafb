package ai.pancreas.evaluation;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.util.function.DoubleUnaryOperator;

/**
 * The temperature T that makes probabilities fit best: sigmoid(logit(p) / T) has the least negative
 * log-likelihood (Guo et al., On Calibration of Modern Neural Networks, ICML 2017,
 * arXiv:1706.04599). Above 1 it makes a model less sure.
 */
final class TemperatureFit {
  private static final double MIN = 0.05;
  private static final double MAX = 20;

  /** The logarithm of the temperature is found to this. */
  private static final double TOLERANCE = 1e-6;

  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  private TemperatureFit() {}

  /**
   * Finds the temperature.
   *
   * @throws PancreasException {@code BAD_DATA} if there is none from 0.05 to 20: the voxels hold no
   *     pancreas, or no error, or the model knows nothing
   */
  static double of(LogitHistogram logits) {
    double log = minimum(t -> loss(logits, Math.exp(t)), Math.log(MIN), Math.log(MAX));
    double temperature = Math.exp(log);
    if (temperature < MIN * 1.01 || temperature > MAX / 1.01) {
      throw new PancreasException(
          ErrorCode.BAD_DATA,
          "no temperature from 0.05 to 20 fits best; calibration needs slices with pancreas in which"
              + " the model is sometimes right and sometimes wrong");
    }
    return temperature;
  }

  /**
   * The sum of the negative log-likelihood of all voxels: convex in 1 / T, so that it has one
   * minimum.
   */
  static double loss(LogitHistogram logits, double temperature) {
    double[] loss = {0};
    logits.forEach(
        (logit, background, pancreas) -> {
          double scaled = logit / temperature;
          loss[0] += background * softplus(scaled) + pancreas * softplus(-scaled);
        });
    return loss[0];
  }

  /** log(1 + e^x). */
  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  /** Golden-section search for the only minimum of a function. */
  private static double minimum(DoubleUnaryOperator function, double from, double to) {
    double a = from;
    double b = to;
    double left = b - GOLDEN * (b - a);
    double right = a + GOLDEN * (b - a);
    double atLeft = function.applyAsDouble(left);
    double atRight = function.applyAsDouble(right);
    while (b - a > TOLERANCE) {
      if (atLeft <= atRight) {
        b = right;
        right = left;
        atRight = atLeft;
        left = b - GOLDEN * (b - a);
        atLeft = function.applyAsDouble(left);
      } else {
        a = left;
        left = right;
        atLeft = atRight;
        right = a + GOLDEN * (b - a);
        atRight = function.applyAsDouble(right);
      }
    }
    return (a + b) / 2;
  }
}
