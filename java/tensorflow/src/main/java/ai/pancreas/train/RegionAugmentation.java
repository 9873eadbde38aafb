package ai.pancreas.train;

/**
 * How regions are varied for training.
 *
 * @param scale how much they are magnified or shrunk at most: 0.1 is 0.9 to 1.1 times
 * @param shift how far they are shifted at most, either way: 0 not at all, 1 as far as the cached
 *     region, which is larger than what the network sees, reaches
 * @param rotationDegrees how far they are turned at most, either way, in the plane of the slices
 * @param flip the probability, for each axis, that it is reversed
 */
public record RegionAugmentation(double scale, double shift, double rotationDegrees, double flip) {

  /** What the reference project does. */
  public static final RegionAugmentation REFERENCE = new RegionAugmentation(0.1, 1, 10, 0.5);

  /** Regions as inference sees them. */
  public static final RegionAugmentation OFF = new RegionAugmentation(0, 0, 0, 0);

  /**
   * @throws IllegalArgumentException naming what is out of range
   */
  public RegionAugmentation {
    require("scale", scale, 0.5);
    require("shift", shift, 1);
    require("rotation", rotationDegrees, 180);
    require("probability of a flip", flip, 1);
  }

  private static void require(String what, double value, double largest) {
    if (!(value >= 0 && value <= largest)) {
      throw new IllegalArgumentException(
          "the %s must be 0 to %s, not %s".formatted(what, largest, value));
    }
  }
}
