package ai.pancreas.evaluation;

/**
 * A two-sided 95 % confidence interval.
 *
 * @param low NaN where there is no interval, likewise the other
 */
public record Interval(double low, double high) {
  /** Nothing is known. */
  public static final Interval NONE = new Interval(Double.NaN, Double.NaN);

  /** How often the truth lies outside. */
  static final double MISSED = 0.05;

  /** The 97.5 % point of the normal distribution. */
  static final double Z = 1.959963984540054;

  /**
   * The interval of a share by the score method (Wilson, Journal of the American Statistical
   * Association 22, 1927, without correction for continuity).
   *
   * @param part how many of the whole
   * @return {@link #NONE} where the whole is 0
   */
  public static Interval wilson(long part, long whole) {
    if (whole == 0) {
      return NONE;
    }
    double n = whole;
    double share = part / n;
    double middle = share + Z * Z / (2 * n);
    double half = Z * Math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n));
    double scale = 1 + Z * Z / n;
    // At a share of 0 or 1 one end is the share itself, up to rounding.
    return new Interval(
        part == 0 ? 0 : (middle - half) / scale, part == whole ? 1 : (middle + half) / scale);
  }
}
