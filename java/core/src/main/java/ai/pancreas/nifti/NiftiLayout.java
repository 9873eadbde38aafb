package ai.pancreas.nifti;

import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Reorientation;
import ai.pancreas.volume.VolumeSource;

/**
 * In which direction rows and slices of a volume go to a NIfTI file. Columns always keep theirs,
 * and axes always keep their order, so that a file can be written slice by slice.
 *
 * @param flipRows whether the last row comes first
 * @param flipSlices whether the last slice comes first
 */
public record NiftiLayout(boolean flipRows, boolean flipSlices) {

  /** Everything in the volume's own order. */
  public static final NiftiLayout SAME = new NiftiLayout(false, false);

  /**
   * The layout for a volume as it was read, and for masks and maps on its grid: that of the file
   * for a NIfTI file, else what dcm2niix writes for the same series.
   *
   * <p>A volume that was reoriented after it was read no longer has the order that dcm2niix knows.
   */
  public static NiftiLayout of(CtVolume volume) {
    return volume.source().format() == VolumeSource.Format.NIFTI
        ? SAME
        : ofDicomGrid(volume.grid());
  }

  /**
   * What dcm2niix writes for a DICOM series of this grid: rows reversed, because DICOM counts them
   * downwards and NIfTI viewers upwards, and the slices in the direction that makes the three axes
   * of the file left-handed. Found by experiment with dcm2niix 1.0.20220720 in all 48 orientations;
   * a test compares with the program where it is installed.
   *
   * @param grid x along DICOM's rows, y along its columns, z from slice to slice, in either
   *     direction
   */
  public static NiftiLayout ofDicomGrid(Grid grid) {
    double handedness = grid.stepX().cross(grid.stepY()).dot(grid.stepZ());
    return new NiftiLayout(true, handedness < 0);
  }

  /** What turns the volume's index axes into the file's. */
  public Reorientation reorientation() {
    return Reorientation.flips(false, flipRows, flipSlices);
  }
}
