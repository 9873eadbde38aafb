package ai.pancreas.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * What a picture shows of one quantity, with marks at round numbers: 1, 2 or 5 times a power of ten
 * apart.
 *
 * @param low the value at the left or the bottom
 * @param high the value at the right or the top, above {@code low}
 * @param ticks from low to high
 */
record Axis(double low, double high, List<Tick> ticks) {
  private static final int[] ROUND = {1, 2, 5, 10};
  private static final int LONGEST_PLAIN_EXPONENT = 4;

  /** A mark on the axis. */
  record Tick(double value, String label) {}

  /**
   * An axis from a round number to a round number.
   *
   * @param low the least value, at most 0
   * @param high the largest value, at least 0
   * @param intervals how many there are between marks, at most and up to rounding
   */
  static Axis rounded(double low, double high, int intervals) {
    if (low == high) {
      return rounded(0, 1, intervals);
    }
    BigDecimal first = BigDecimal.valueOf(low);
    BigDecimal last = BigDecimal.valueOf(high);
    BigDecimal step = roundStep(last.subtract(first), intervals);
    int from = first.divide(step, 0, RoundingMode.FLOOR).intValueExact();
    int to = last.divide(step, 0, RoundingMode.CEILING).intValueExact();
    List<Tick> ticks = ticks(step, from, to);
    return new Axis(ticks.get(0).value(), ticks.get(ticks.size() - 1).value(), ticks);
  }

  /**
   * An axis of whole numbers that ends with the last of them.
   *
   * @param last at least 1
   */
  static Axis counting(int last, int intervals) {
    BigDecimal step = roundStep(BigDecimal.valueOf(last), intervals).max(BigDecimal.ONE);
    int to = BigDecimal.valueOf(last).divide(step, 0, RoundingMode.FLOOR).intValueExact();
    return new Axis(0, last, ticks(step, 0, to));
  }

  /** Where a value lies: 0 at {@code low}, 1 at {@code high}. */
  double share(double value) {
    return (value - low) / (high - low);
  }

  private static BigDecimal roundStep(BigDecimal span, int intervals) {
    BigDecimal least = span.divide(BigDecimal.valueOf(intervals), MathContext.DECIMAL32);
    int exponent = exponent(least);
    for (int round : ROUND) {
      BigDecimal step = BigDecimal.valueOf(round).scaleByPowerOfTen(exponent);
      if (step.compareTo(least) >= 0) {
        return step;
      }
    }
    throw new AssertionError(least);
  }

  private static List<Tick> ticks(BigDecimal step, int from, int to) {
    List<Tick> ticks = new ArrayList<>();
    for (int i = from; i <= to; i++) {
      BigDecimal value = step.multiply(BigDecimal.valueOf(i));
      ticks.add(new Tick(value.doubleValue(), label(value, step)));
    }
    return ticks;
  }

  private static String label(BigDecimal value, BigDecimal step) {
    if (Math.abs(exponent(step)) > LONGEST_PLAIN_EXPONENT) {
      return value.stripTrailingZeros().toString();
    }
    return value.setScale(Math.max(0, -exponent(step)), RoundingMode.UNNECESSARY).toPlainString();
  }

  private static int exponent(BigDecimal number) {
    return number.precision() - number.scale() - 1;
  }
}
