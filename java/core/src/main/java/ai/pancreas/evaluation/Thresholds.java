package ai.pancreas.evaluation;

/** The thresholds of a sweep, 0.05 to 0.95, and the intervals of probability between them. */
final class Thresholds {
  /** Interval k holds probabilities above k / 20 and up to (k + 1) / 20; the first one 0 too. */
  static final int INTERVALS = 20;

  private Thresholds() {}

  /** The interval of a probability from 0 to 1. */
  static int interval(float probability) {
    return Math.max(0, (int) Math.ceil((double) probability * INTERVALS) - 1);
  }

  /** The upper end of an interval: a threshold that all of its probabilities do not pass. */
  static double end(int interval) {
    return (interval + 1) / (double) INTERVALS;
  }
}
