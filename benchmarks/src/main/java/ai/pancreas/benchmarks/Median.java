package ai.pancreas.benchmarks;

import java.util.Collection;

/** The middle of a number of measurements. */
final class Median {
  private Median() {}

  /** The middle value, or the mean of the two in the middle; NaN for none. */
  static double of(Collection<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    if (sorted.length == 0) {
      return Double.NaN;
    }
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
