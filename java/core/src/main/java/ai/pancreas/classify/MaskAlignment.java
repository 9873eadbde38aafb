package ai.pancreas.classify;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import ai.pancreas.internal.ParallelFor;
import ai.pancreas.model.RegionPreprocessing;
import ai.pancreas.model.RegionPreprocessing.Reference;
import ai.pancreas.nifti.NiftiLayout;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.LabelMask;
import ai.pancreas.volume.Mask;
import ai.pancreas.volume.MaskResampler;
import ai.pancreas.volume.Reorientation;
import ai.pancreas.volume.Vector3;
import ai.pancreas.volume.VoxelBox;
import java.util.Arrays;
import java.util.Locale;

/**
 * Puts masks onto the grid of their CT. Stateless and thread-safe.
 *
 * <p>All methods throw {@link PancreasException}, {@code BAD_DATA}, if that makes no sense.
 */
public final class MaskAlignment {

  /** A mask of which a smaller share lies within the CT belongs to another CT. */
  private static final double LEAST_WITHIN = 0.5;

  /** The reference takes NIfTI's first index as DICOM's row, its second as the column. */
  private static final Reorientation ROWS_AND_COLUMNS_SWAPPED =
      new Reorientation(1, false, 0, false, 2, false);

  private MaskAlignment() {}

  /**
   * Aligns a mask by its place in the patient: each voxel of the CT takes the mask's nearest one.
   *
   * @param threads threads to use, at least 1
   * @throws PancreasException {@code BAD_DATA} if the file does not say where the mask lies, the
   *     mask is empty, or less than half of it lies within the CT
   * @throws java.util.concurrent.CancellationException if the monitor cancels
   */
  public static Mask byGeometry(CtVolume ct, LabelMask label, int threads, Monitor monitor) {
    Mask mask = label.mask();
    Grid grid = ct.grid();
    if (!label.placed()) {
      throw bad(
          "the mask's file does not say where the mask lies; if its voxels are those of the CT, say"
              + " --mask-mode index");
    }
    VoxelBox box = Regions.requireNotEmpty(mask);
    double within = shareWithin(grid, mask, box);
    if (within == 0) {
      throw bad(
          "mask and CT do not overlap: the mask lies at %s, the CT at %s"
              .formatted(place(mask.grid(), box), place(grid, whole(grid))));
    }
    if (within < LEAST_WITHIN) {
      throw bad(
          String.format(
              Locale.ROOT,
              "only %.0f %% of the mask lie within the CT: the mask lies at %s, the CT at %s",
              100 * within,
              place(mask.grid(), box),
              place(grid, whole(grid))));
    }
    MaskResampler resampler = new MaskResampler(mask, grid);
    byte[][] slices = new byte[grid.nz()][grid.sliceSize()];
    ParallelFor.run(
        Stage.MASK, grid.nz(), threads, monitor, () -> z -> resampler.readSlice(z, slices[z]));
    Mask aligned = new Mask(grid, Arrays.asList(slices));
    if (aligned.voxelCount() == 0) {
      throw bad(
          "the mask holds no voxel of the CT: it has %.2g ml, and the CT %s"
              .formatted(mask.volumeMl(), grid.describe()));
    }
    return aligned;
  }

  /**
   * Aligns a mask by the indices of its voxels.
   *
   * @param preprocessing {@link Reference} takes the mask's array [x][y][z] as the CT's
   *     [row][column][slice], slices ordered by z, as the published program does, which for most
   *     files means exchanged rows and columns; others take it as that of a NIfTI file of the CT
   * @param mask in the order of its file
   * @throws PancreasException {@code BAD_DATA} if the mask is empty or has other sizes than the CT
   */
  public static Mask byIndex(CtVolume ct, Mask mask, RegionPreprocessing preprocessing) {
    Regions.requireNotEmpty(mask);
    if (preprocessing instanceof Reference) {
      Reorientation view = ReferenceRegion.view(ct);
      Mask rowsAndColumns = mask.reoriented(ROWS_AND_COLUMNS_SWAPPED);
      requireFit(
          rowsAndColumns,
          ct.grid().reoriented(view),
          "rows and columns exchanged, as reference has it");
      return rowsAndColumns.reoriented(view.inverse()).withGrid(ct.grid());
    }
    Mask turned = mask.reoriented(NiftiLayout.of(ct).reorientation().inverse());
    requireFit(turned, ct.grid(), "voxel by voxel");
    return turned.withGrid(ct.grid());
  }

  /** A mask on a CT's grid in the order in which its file would have it. */
  public static Mask inFileOrder(CtVolume ct, Mask mask) {
    Regions.requireSameGrid(ct, mask);
    return mask.reoriented(NiftiLayout.of(ct).reorientation());
  }

  private static void requireFit(Mask mask, Grid grid, String how) {
    for (int axis = 0; axis < 3; axis++) {
      if (mask.grid().size(axis) != grid.size(axis)) {
        throw bad(
            "the mask's array, %s, does not fit the CT's, %s (%s); say --mask-mode geometry"
                .formatted(mask.grid().describe(), grid.describe(), how));
      }
    }
  }

  private static double shareWithin(Grid grid, Mask mask, VoxelBox box) {
    Grid source = mask.grid();
    Vector3 first = grid.toIndex(source.origin()).plus(new Vector3(0.5, 0.5, 0.5));
    Vector3 alongX = grid.toIndex(grid.origin().plus(source.stepX()));
    Vector3 alongY = grid.toIndex(grid.origin().plus(source.stepY()));
    Vector3 alongZ = grid.toIndex(grid.origin().plus(source.stepZ()));
    byte[] slice = new byte[source.sliceSize()];
    long within = 0;
    for (int z = box.fromZ(); z < box.toZ(); z++) {
      mask.readSlice(z, slice);
      for (int y = box.fromY(); y < box.toY(); y++) {
        Vector3 row = first.plus(alongZ.times(z)).plus(alongY.times(y));
        for (int x = box.fromX(); x < box.toX(); x++) {
          if (slice[y * source.nx() + x] != 0
              && isWithin(row.x() + x * alongX.x(), grid.nx())
              && isWithin(row.y() + x * alongX.y(), grid.ny())
              && isWithin(row.z() + x * alongX.z(), grid.nz())) {
            within++;
          }
        }
      }
    }
    return (double) within / mask.voxelCount();
  }

  private static boolean isWithin(double index, int size) {
    return index >= 0 && index < size;
  }

  private static VoxelBox whole(Grid grid) {
    return new VoxelBox(0, grid.nx(), 0, grid.ny(), 0, grid.nz());
  }

  /** Where a box of voxels lies in the patient, for people. */
  private static String place(Grid grid, VoxelBox box) {
    double[] least = {Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE};
    double[] most = {-Double.MAX_VALUE, -Double.MAX_VALUE, -Double.MAX_VALUE};
    for (int corner = 0; corner < 8; corner++) {
      Vector3 position =
          grid.toPatient(
              ((corner & 1) == 0 ? box.fromX() : box.toX()) - 0.5,
              ((corner & 2) == 0 ? box.fromY() : box.toY()) - 0.5,
              ((corner & 4) == 0 ? box.fromZ() : box.toZ()) - 0.5);
      for (int axis = 0; axis < 3; axis++) {
        least[axis] = Math.min(least[axis], position.component(axis));
        most[axis] = Math.max(most[axis], position.component(axis));
      }
    }
    return String.format(
        Locale.ROOT,
        "left %.0f to %.0f, back %.0f to %.0f, head %.0f to %.0f mm",
        least[0],
        most[0],
        least[1],
        most[1],
        least[2],
        most[2]);
  }

  private static PancreasException bad(String what) {
    return new PancreasException(ErrorCode.BAD_DATA, what);
  }
}
