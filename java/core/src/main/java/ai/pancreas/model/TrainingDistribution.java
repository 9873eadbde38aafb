package ai.pancreas.model;

/**
 * What the patients were like whom a classification network learned from. It knows nothing of
 * others.
 *
 * @param maskVolumeMl the volume of the pancreas, millilitres
 * @param meanHu the mean intensity within it, HU
 */
public record TrainingDistribution(Interval maskVolumeMl, Interval meanHu) {

  /** From the smallest to the largest value. */
  public record Interval(double min, double max) {
    public Interval {
      if (!(min <= max)) {
        throw new IllegalArgumentException("no interval: %s to %s".formatted(min, max));
      }
    }

    /** Whether a value lies in it, ends included. */
    public boolean contains(double value) {
      return value >= min && value <= max;
    }
  }
}
