package ai.pancreas.evaluation;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * The spread of a number over the patients, or CTs, where it is defined. A number that is not
 * defined is NaN.
 *
 * @param count where it is defined
 * @param mean NaN where there is none
 * @param sd the standard deviation of the sample (divided by count - 1); NaN for fewer than two
 * @param median the middle, or the mean of the two in the middle; NaN where there is none
 * @param min NaN where there is none
 * @param max NaN where there is none
 */
public record Spread(int count, double mean, double sd, double median, double min, double max) {

  static Spread of(DoubleStream numbers) {
    double[] values = numbers.filter(value -> !Double.isNaN(value)).sorted().toArray();
    int n = values.length;
    if (n == 0) {
      return new Spread(0, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }
    double mean = Arrays.stream(values).average().getAsDouble();
    double squares = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
    return new Spread(
        n,
        mean,
        n < 2 ? Double.NaN : Math.sqrt(squares / (n - 1)),
        (values[(n - 1) / 2] + values[n / 2]) / 2,
        values[0],
        values[n - 1]);
  }
}
