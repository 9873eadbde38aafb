package ai.pancreas.report;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Many comparisons in a few numbers.
 *
 * @param cases the number of comparisons
 * @param dice over all cases where it is defined; likewise the others
 */
public record EvaluationSummary(
    int cases,
    Statistic dice,
    Statistic precision,
    Statistic recall,
    Statistic hausdorff95Mm,
    Statistic averageSurfaceDistanceMm,
    Statistic predictionMl,
    Statistic truthMl) {

  /**
   * The spread of a number over the cases where it is defined. A number that is not defined is NaN.
   *
   * @param count the number of cases where it is defined
   * @param mean NaN where there is none
   * @param sd the standard deviation of the sample (divided by count - 1); NaN for fewer than two
   * @param min NaN where there is none
   * @param max NaN where there is none
   */
  public record Statistic(int count, double mean, double sd, double min, double max) {

    static Statistic of(List<MaskComparison> comparisons, ToDoubleFunction<MaskComparison> number) {
      double[] values =
          comparisons.stream().mapToDouble(number).filter(value -> !Double.isNaN(value)).toArray();
      if (values.length == 0) {
        return new Statistic(0, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
      }
      double sum = 0;
      double min = values[0];
      double max = values[0];
      for (double value : values) {
        sum += value;
        min = Math.min(min, value);
        max = Math.max(max, value);
      }
      double mean = sum / values.length;
      double squares = 0;
      for (double value : values) {
        squares += (value - mean) * (value - mean);
      }
      double sd = values.length < 2 ? Double.NaN : Math.sqrt(squares / (values.length - 1));
      return new Statistic(values.length, mean, sd, min, max);
    }
  }

  /** Sums up comparisons. */
  public static EvaluationSummary of(List<MaskComparison> comparisons) {
    return new EvaluationSummary(
        comparisons.size(),
        Statistic.of(comparisons, MaskComparison::dice),
        Statistic.of(comparisons, MaskComparison::precision),
        Statistic.of(comparisons, MaskComparison::recall),
        Statistic.of(comparisons, MaskComparison::hausdorff95Mm),
        Statistic.of(comparisons, MaskComparison::averageSurfaceDistanceMm),
        Statistic.of(comparisons, MaskComparison::predictionMl),
        Statistic.of(comparisons, MaskComparison::truthMl));
  }
}
