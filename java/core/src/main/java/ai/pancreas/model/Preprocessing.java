package ai.pancreas.model;

import ai.pancreas.kernel.Filters3;
import ai.pancreas.volume.Orientation;

/**
 * What happens to a CT before the network.
 *
 * @param orientation the orientation in which the network sees the volume; axes are permuted and
 *     turned, not interpolated
 * @param slices slices of the network's grid, or 0 to leave the slices alone
 * @param rows rows of the network's grid
 * @param columns columns of the network's grid
 * @param filters how each axis is resampled to that size
 * @param intensity how HU become network input
 * @param background the network input that stands for what is outside a slice, where an engine has
 *     to fill one up to a size that its network takes
 */
public record Preprocessing(
    Orientation orientation,
    int slices,
    int rows,
    int columns,
    Filters3 filters,
    Intensity intensity,
    double background) {

  /** The usual background: what the lowest intensity becomes. */
  public static final double LOWEST_INPUT = -1;

  /**
   * How HU become the network's input in [-1, 1]: clipped to a window, then scaled so that the
   * lower end of a range becomes -1 and the upper end 1.
   *
   * @param step whether this is done before or after resampling
   * @param clipMinHu lower end of the window, or negative infinity
   * @param clipMaxHu upper end of the window, or infinity
   * @param range what becomes [-1, 1]
   */
  public record Intensity(Step step, double clipMinHu, double clipMaxHu, Range range) {}

  /** When intensities are scaled. */
  public enum Step {
    BEFORE_RESAMPLING,
    AFTER_RESAMPLING
  }

  /** What is scaled to [-1, 1]. */
  public enum Range {
    /** The window itself. */
    WINDOW,
    /** The smallest to the largest value of the whole volume on the network's grid. */
    VOLUME
  }
}
