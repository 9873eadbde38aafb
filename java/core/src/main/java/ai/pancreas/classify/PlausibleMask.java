package ai.pancreas.classify;

import ai.pancreas.model.TrainingDistribution;
import ai.pancreas.model.TrainingDistribution.Interval;

/** What pancreases of adults are like, for models that do not say whom they learned from. */
public final class PlausibleMask {

  /**
   * Volumes: the smallest and largest of 204 adults without pancreatic disease, 18.8 and 139.8 ml
   * (Normal pancreatic volume in adults is influenced by visceral fat, vertebral body width and
   * age, Abdominal Radiology 2019, doi 10.1007/s00261-018-1793-8).
   *
   * <p>Mean values: from -40 HU, a pancreas that fat has replaced, to 200 HU, more than contrast
   * agent gives its tissue.
   */
  public static final TrainingDistribution OF_ADULTS =
      new TrainingDistribution(new Interval(18.8, 139.8), new Interval(-40, 200));

  /** A mask below half of the smallest of those volumes is a piece of a pancreas at most, ml. */
  public static final double TINY_ML = 9.4;

  private PlausibleMask() {}
}
