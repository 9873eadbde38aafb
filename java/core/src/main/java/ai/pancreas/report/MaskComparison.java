package ai.pancreas.report;

import java.util.List;

/**
 * How far a predicted mask agrees with the true one.
 *
 * <p>A number that is not defined is NaN; write it to JSON as null.
 *
 * @param dice twice the common volume over the sum of both volumes, 0 to 1; NaN where both masks
 *     are empty
 * @param precision the part of the prediction that is true, 0 to 1; NaN where the prediction is
 *     empty
 * @param recall the part of the truth that was predicted, 0 to 1; NaN where the truth is empty
 * @param hausdorff95Mm the Hausdorff distance at the 95th percentile, mm: of the distances from
 *     each surface voxel of one mask to the surface of the other, the 95th percentile (linear
 *     between ranks), and of the two directions the larger one. So do MONAI (whose surface voxels
 *     are the same) and DeepMind's surface-distance; MedPy pools the two directions instead. A
 *     surface voxel is inside and has one of its six neighbours outside. NaN where a mask is empty
 *     or the grid is sheared
 * @param averageSurfaceDistanceMm the average symmetric surface distance, mm: the mean of the
 *     distances of both directions together (Heimann et al. 2009, doi:10.1109/TMI.2009.2013851);
 *     NaN like {@code hausdorff95Mm}
 * @param predictionMl the volume of the prediction on its own grid, ml
 * @param truthMl the volume of the truth on its own grid, ml
 * @param alignment how the two grids were brought together
 * @param warnings one line each
 */
public record MaskComparison(
    double dice,
    double precision,
    double recall,
    double hausdorff95Mm,
    double averageSurfaceDistanceMm,
    double predictionMl,
    double truthMl,
    Alignment alignment,
    List<String> warnings) {

  /** How the grids of two masks were brought together. */
  public enum Alignment {
    /** They are the same. */
    SAME_GRID,
    /** They hold the same voxels; the index axes differ in order or direction. */
    SAME_VOXELS,
    /** They differ: the prediction was resampled to the truth's grid, nearest neighbour. */
    RESAMPLED
  }

  public MaskComparison {
    warnings = List.copyOf(warnings);
  }
}
