package ai.pancreas.kernel;

/**
 * How an intensity becomes a network's input: clipped to [clipMin, clipMax], then scaled so that
 * low becomes -1 and high becomes 1. All in HU, or in whatever the values are.
 */
public record IntensityWindow(double clipMin, double clipMax, double low, double high) {
  /**
   * @throws IllegalArgumentException if clipMin is not at most clipMax, which may be infinite, or
   *     low and high are not finite with low below high
   */
  public IntensityWindow {
    boolean clips = clipMin <= clipMax;
    boolean scales = Double.isFinite(low) && Double.isFinite(high) && low < high;
    if (!clips || !scales) {
      throw new IllegalArgumentException(
          "no window: clip to [" + clipMin + ", " + clipMax + "], scale " + low + " to " + high);
    }
  }

  /** The window [min, max], clipped and scaled to [-1, 1]. */
  public static IntensityWindow of(double min, double max) {
    return new IntensityWindow(min, max, min, max);
  }
}
