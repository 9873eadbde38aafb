package ai.pancreas;

import java.util.OptionalDouble;

/**
 * What may differ from one segmentation to the next with the same {@link Segmenter}.
 *
 * @param threshold a voxel is pancreas where its probability is above this, 0 to 1; the model's own
 *     where empty
 * @param keepLargest whether only the largest connected component is kept, even where the model
 *     does not ask for it
 */
public record SegmentOptions(OptionalDouble threshold, boolean keepLargest) {

  /** What the model says. */
  public static final SegmentOptions DEFAULT = new SegmentOptions(OptionalDouble.empty(), false);

  /**
   * Checks the threshold.
   *
   * @throws PancreasException {@code USAGE} if it is not between 0 and 1
   */
  public SegmentOptions {
    if (threshold.isPresent() && !(threshold.getAsDouble() >= 0 && threshold.getAsDouble() <= 1)) {
      throw new PancreasException(
          ErrorCode.USAGE, "a threshold is between 0 and 1, not " + threshold.getAsDouble());
    }
  }

  /** The same options with a threshold. */
  public SegmentOptions withThreshold(double value) {
    return new SegmentOptions(OptionalDouble.of(value), keepLargest);
  }

  /** The same options, keeping only the largest component. */
  public SegmentOptions withKeepLargest() {
    return new SegmentOptions(threshold, true);
  }
}
