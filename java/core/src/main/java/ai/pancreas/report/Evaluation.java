package ai.pancreas.report;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.report.MaskComparison.Alignment;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Mask;
import ai.pancreas.volume.Orientation;
import ai.pancreas.volume.Reorientation;
import ai.pancreas.volume.Vector3;
import java.util.ArrayList;
import java.util.List;

/** Compares a predicted mask with the true one. Thread-safe. */
public final class Evaluation {

  /** Grids are the same when no voxel lies further off than this part of the smallest spacing. */
  private static final double SAME_PLACE = 0.1;

  private Evaluation() {}

  /**
   * Compares two masks where they lie in the patient.
   *
   * <p>Masks whose grids differ only in the order or direction of the index axes are compared voxel
   * by voxel; else the prediction is resampled to the truth's grid. What of it lies outside that
   * grid does not count.
   *
   * @throws PancreasException {@code BAD_DATA} if the two grids have no place in common
   */
  public static MaskComparison of(Mask prediction, Mask truth) {
    List<String> warnings = new ArrayList<>();
    Reorientation change = sameVoxels(prediction.grid(), truth.grid());
    Mask aligned;
    Alignment alignment;
    if (change != null) {
      aligned = prediction.reoriented(change);
      alignment =
          change.equals(Reorientation.IDENTITY) ? Alignment.SAME_GRID : Alignment.SAME_VOXELS;
    } else {
      aligned = resampled(prediction, truth.grid());
      alignment = Alignment.RESAMPLED;
      warnings.add(
          "the prediction was resampled from "
              + prediction.grid().describe()
              + " to "
              + truth.grid().describe());
    }

    long common = commonVoxels(aligned, truth);
    double hausdorff95 = Double.NaN;
    double average = Double.NaN;
    if (truth.grid().isSheared()) {
      warnings.add("no surface distances: the grid is sheared");
    } else if (aligned.voxelCount() > 0 && truth.voxelCount() > 0) {
      SurfaceDistances distances = SurfaceDistances.between(aligned, truth);
      hausdorff95 = distances.hausdorffMm(0.95);
      average = distances.averageMm();
    }
    return new MaskComparison(
        2.0 * common / (aligned.voxelCount() + truth.voxelCount()),
        (double) common / aligned.voxelCount(),
        (double) common / truth.voxelCount(),
        hausdorff95,
        average,
        prediction.volumeMl(),
        truth.volumeMl(),
        alignment,
        warnings);
  }

  /** What turns one grid into the other, or null where they do not hold the same voxels. */
  private static Reorientation sameVoxels(Grid from, Grid to) {
    double spacing = Math.min(to.spacingMm(0), Math.min(to.spacingMm(1), to.spacingMm(2)));
    if (from.matches(to, SAME_PLACE * spacing)) {
      return Reorientation.IDENTITY;
    }
    Reorientation change = Reorientation.between(Orientation.of(from), Orientation.of(to));
    return from.reoriented(change).matches(to, SAME_PLACE * spacing) ? change : null;
  }

  private static Mask resampled(Mask mask, Grid target) {
    Grid grid = mask.grid();
    // Index positions are affine in the target's indices.
    Vector3 origin = grid.toIndex(target.toPatient(0, 0, 0));
    Vector3 stepX = grid.toIndex(target.toPatient(1, 0, 0)).minus(origin);
    Vector3 stepY = grid.toIndex(target.toPatient(0, 1, 0)).minus(origin);
    Vector3 stepZ = grid.toIndex(target.toPatient(0, 0, 1)).minus(origin);
    List<byte[]> slices = new ArrayList<>();
    boolean overlap = false;
    for (int z = 0; z < target.nz(); z++) {
      byte[] slice = new byte[target.sliceSize()];
      for (int y = 0; y < target.ny(); y++) {
        Vector3 row = origin.plus(stepZ.times(z)).plus(stepY.times(y));
        for (int x = 0; x < target.nx(); x++) {
          long i = Math.round(row.x() + x * stepX.x());
          long j = Math.round(row.y() + x * stepX.y());
          long k = Math.round(row.z() + x * stepX.z());
          if (i >= 0 && i < grid.nx() && j >= 0 && j < grid.ny() && k >= 0 && k < grid.nz()) {
            overlap = true;
            slice[y * target.nx() + x] = (byte) (mask.at((int) i, (int) j, (int) k) ? 1 : 0);
          }
        }
      }
      slices.add(slice);
    }
    if (!overlap) {
      throw new PancreasException(
          ErrorCode.BAD_DATA,
          "the two masks lie in different places and have nothing in common; give masks of the"
              + " same CT");
    }
    return new Mask(target, slices);
  }

  private static long commonVoxels(Mask a, Mask b) {
    byte[] sliceA = new byte[a.grid().sliceSize()];
    byte[] sliceB = new byte[b.grid().sliceSize()];
    long common = 0;
    for (int z = 0; z < a.grid().nz(); z++) {
      a.readSlice(z, sliceA);
      b.readSlice(z, sliceB);
      for (int i = 0; i < sliceA.length; i++) {
        common += sliceA[i] & sliceB[i];
      }
    }
    return common;
  }
}
