package ai.pancreas.classify;

import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Mask;
import ai.pancreas.volume.VoxelBox;

/**
 * What can be measured of a pancreas without a network.
 *
 * @param volumeMl the mask's volume, millilitres
 * @param meanHu the mean of the CT's values within it, HU
 * @param touchesBorder whether it reaches the first or last voxel of one of the CT's axes, so that
 *     a part of it may be missing
 */
public record MaskStatistics(double volumeMl, double meanHu, boolean touchesBorder) {

  /**
   * Measures a mask.
   *
   * @throws IllegalArgumentException if CT and mask are on different grids
   * @throws ai.pancreas.PancreasException {@code BAD_DATA} if the mask is empty
   */
  public static MaskStatistics of(CtVolume ct, Mask mask) {
    Regions.requireSameGrid(ct, mask);
    VoxelBox box = Regions.requireNotEmpty(mask);
    float[] hu = new float[ct.grid().sliceSize()];
    byte[] inside = new byte[hu.length];
    double sum = 0;
    for (int z = box.fromZ(); z < box.toZ(); z++) {
      ct.readSlice(z, hu);
      mask.readSlice(z, inside);
      for (int i = box.fromY() * ct.grid().nx(); i < box.toY() * ct.grid().nx(); i++) {
        sum += inside[i] == 0 ? 0 : hu[i];
      }
    }
    return new MaskStatistics(
        mask.volumeMl(), sum / mask.voxelCount(), box.touchesBorderOf(ct.grid()));
  }
}
