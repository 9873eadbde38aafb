package ai.pancreas.train;

import ai.pancreas.model.Preprocessing.Range;

/**
 * Which HU the network sees.
 *
 * @param clipMinHu lower end of the window, or negative infinity
 * @param clipMaxHu upper end of the window, or infinity
 * @param range what is scaled to [-1, 1]
 */
public record IntensityOptions(double clipMinHu, double clipMaxHu, Range range) {

  /**
   * Values of a whole volume, from its smallest to its largest: what the reference project does.
   */
  public static final IntensityOptions VOLUME =
      new IntensityOptions(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, Range.VOLUME);

  /**
   * @throws IllegalArgumentException if this is no window
   */
  public IntensityOptions {
    boolean finite = Double.isFinite(clipMinHu) && Double.isFinite(clipMaxHu);
    if (!(clipMinHu < clipMaxHu) || (range == Range.WINDOW && !finite)) {
      throw new IllegalArgumentException(
          "no intensity window: %s to %s HU".formatted(clipMinHu, clipMaxHu));
    }
  }

  /** A window that is clipped to and scaled. */
  public static IntensityOptions window(double minHu, double maxHu) {
    return new IntensityOptions(minHu, maxHu, Range.WINDOW);
  }
}
