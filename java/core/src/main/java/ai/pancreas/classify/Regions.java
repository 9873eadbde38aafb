package ai.pancreas.classify;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Mask;
import ai.pancreas.volume.VoxelBox;

/** What all regions have in common. */
final class Regions {
  private static final float LIMIT_HU = 1024;

  private Regions() {}

  /** HU from -1024 to 1024 as -1 to 1; values beyond are clipped. */
  static float scaled(float hu) {
    return Math.max(-LIMIT_HU, Math.min(LIMIT_HU, hu)) / LIMIT_HU;
  }

  static void requireSameGrid(CtVolume ct, Mask mask) {
    if (!ct.grid().equals(mask.grid())) {
      throw new IllegalArgumentException("CT and mask are on different grids");
    }
  }

  /**
   * The box of a mask.
   *
   * @throws PancreasException {@code BAD_DATA} if it is empty
   */
  static VoxelBox requireNotEmpty(Mask mask) {
    return mask.box()
        .orElseThrow(
            () -> new PancreasException(ErrorCode.BAD_DATA, "the mask of the pancreas is empty"));
  }
}
