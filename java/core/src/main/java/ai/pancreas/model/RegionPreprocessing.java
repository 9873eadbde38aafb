package ai.pancreas.model;

/** How a CT and a mask become the input of a classification network, of the network's own size. */
public sealed interface RegionPreprocessing {

  /** The name of {@link Reference}. */
  String REFERENCE = "reference";

  /** The name of {@link Corrected}. */
  String CORRECTED = "corrected";

  /** A word for people and for {@code model.json}. */
  String name();

  /**
   * Exactly what the reference project's program of 2024 does, its faults included, for its
   * published weights: every label of the mask is kept; the mask's array is applied to the CT's
   * [row][column][slice], slices ordered by z, in the order in which NIfTI stores it, whatever the
   * axes of both mean; voxels outside become 0; no crop; nearest neighbour; clipped to -1024 to
   * 1024 HU and divided by 1024.
   */
  record Reference() implements RegionPreprocessing {
    @Override
    public String name() {
      return REFERENCE;
    }
  }

  /**
   * The same without the faults: the pancreas alone, aligned by geometry, the CT seen in LPS
   * orientation; clipped to -1024 to 1024 HU and divided by 1024, 0 outside the mask; cropped
   * around the mask, in training as in use; resampled with the widened triangle filter.
   *
   * @param crop how far from each border of the CT to the mask's box it is cropped: 0 not at all, 1
   *     to the box
   */
  record Corrected(double crop) implements RegionPreprocessing {
    public Corrected {
      if (!(crop >= 0 && crop <= 1)) {
        throw new IllegalArgumentException("a crop is 0 to 1, not " + crop);
      }
    }

    @Override
    public String name() {
      return CORRECTED;
    }
  }
}
