package ai.pancreas.nifti;

import ai.pancreas.volume.Grid;
import java.util.List;

/**
 * What the header of a NIfTI file says.
 *
 * @param grid where the voxels lie, LPS, in the file's index order
 * @param dataType how a voxel is stored, such as {@code int16}
 * @param slope value = slope * stored + intercept; 1 without scaling
 * @param intercept 0 without scaling
 * @param compressed whether the file is gzipped
 * @param warnings one line each
 */
public record NiftiInfo(
    Grid grid,
    String dataType,
    double slope,
    double intercept,
    boolean compressed,
    List<String> warnings) {

  public NiftiInfo {
    warnings = List.copyOf(warnings);
  }
}
