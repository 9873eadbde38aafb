package ai.pancreas.dataset;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.LabelMask;
import ai.pancreas.volume.Mask;
import ai.pancreas.volume.MaskResampler;
import ai.pancreas.volume.Orientation;
import ai.pancreas.volume.Reorientation;
import ai.pancreas.volume.Vector3;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Puts a label onto the grid of its CT.
 *
 * <p>Where both files agree about the patient, voxels are matched by place: one to one on the same
 * grid, else by nearest neighbour. Some collections, CT-82 among them, have labels with a wrong
 * place but the CT's own voxels, perhaps with rows or slices in reverse. Of these four orders and
 * the place that the file says, the one is taken that clearly puts most of the label into soft
 * tissue, and it is told; if none does, the case is refused.
 */
final class LabelAlignment {

  /**
   * What most voxels of a pancreas with contrast measure, and fat, bowel gas and bone do not.
   *
   * <p>In whole frames of 23 patients of CT-82, 74 % or more of the label lay in these limits, and
   * at least 7 points less where its rows or the order of its slices were reversed; wider limits,
   * and the spread around the median, told them apart less well.
   */
  private static final float SOFT_TISSUE_MIN_HU = 20;

  private static final float SOFT_TISSUE_MAX_HU = 200;

  /** Of a label in the right place, at least this share is soft tissue. */
  private static final double PLAUSIBLE = 0.65;

  /** The right place beats others by at least this share. */
  private static final double CLEAR = 0.05;

  /** Grids that lie this many voxels apart, or less, mean the same place. */
  private static final double NEAR = 3;

  /** A label of that CT lies within it but for this share. */
  private static final double INSIDE = 0.99;

  /** Places are judged by at most about this many voxels. */
  private static final int SAMPLES = 200_000;

  private LabelAlignment() {}

  /**
   * A label on its CT's grid.
   *
   * @param notes how it got there where that is not plain, one line each
   */
  record Aligned(Mask mask, List<String> notes) {}

  private record Candidate(String name, Optional<Reorientation> order, double softTissue) {}

  /**
   * Aligns a label.
   *
   * @throws PancreasException {@code BAD_DATA} if there is no plausible way
   */
  static Aligned align(CtVolume ct, LabelMask label, Monitor monitor) {
    Grid grid = ct.grid();
    Mask mask = label.mask();
    if (label.placed()) {
      Reorientation change =
          Reorientation.between(Orientation.of(mask.grid()), Orientation.of(grid));
      Grid turned = mask.grid().reoriented(change);
      double voxelMm = Math.min(grid.spacingMm(0), Math.min(grid.spacingMm(1), grid.spacingMm(2)));
      if (turned.matches(grid, 0.5 * voxelMm)) {
        return new Aligned(mask.reoriented(change).withGrid(grid), List.of());
      }
      if (turned.matches(grid, NEAR * voxelMm)) {
        return byPlace(ct, mask, monitor);
      }
    }
    if (sameSize(grid, mask.grid())) {
      return byPlausibility(ct, label, monitor);
    }
    if (!label.placed()) {
      throw bad(
          "the label has other sizes than the CT ("
              + mask.grid().describe()
              + " and "
              + grid.describe()
              + ") and does not say where it lies");
    }
    return byPlace(ct, mask, monitor);
  }

  private static boolean sameSize(Grid one, Grid other) {
    return one.nx() == other.nx() && one.ny() == other.ny() && one.nz() == other.nz();
  }

  private static Aligned byPlace(CtVolume ct, Mask mask, Monitor monitor) {
    List<int[]> voxels = voxels(mask);
    int inside = 0;
    for (int[] voxel : voxels) {
      inside += at(ct, mask.grid(), voxel).isPresent() ? 1 : 0;
    }
    double share = voxels.isEmpty() ? 1 : (double) inside / voxels.size();
    if (share < INSIDE) {
      throw bad(
          String.format(
              Locale.ROOT,
              "%.0f %% of the label lie outside the CT; it belongs to another one",
              100 * (1 - share)));
    }
    return new Aligned(
        resample(ct.grid(), mask, monitor),
        List.of("the label's grid, " + mask.grid().describe() + ", was resampled to the CT's"));
  }

  private static Aligned byPlausibility(CtVolume ct, LabelMask label, Monitor monitor) {
    Mask mask = label.mask();
    List<int[]> voxels = voxels(mask);
    if (voxels.isEmpty()) {
      return new Aligned(mask.withGrid(ct.grid()), List.of("the label is empty"));
    }
    List<Candidate> candidates = new ArrayList<>();
    for (Reorientation order :
        List.of(
            Reorientation.IDENTITY,
            Reorientation.flips(false, true, false),
            Reorientation.flips(false, false, true),
            Reorientation.flips(false, true, true))) {
      candidates.add(new Candidate(name(order), Optional.of(order), softTissue(ct, voxels, order)));
    }
    if (label.placed()) {
      candidates.add(
          new Candidate("the place it says", Optional.empty(), softTissue(ct, mask, voxels)));
    }
    candidates.sort((a, b) -> Double.compare(b.softTissue(), a.softTissue()));
    Candidate best = candidates.get(0);
    Candidate second = candidates.get(1);
    if (best.softTissue() < PLAUSIBLE || best.softTissue() - second.softTissue() < CLEAR) {
      throw bad(
          String.format(
              Locale.ROOT,
              "CT and label do not agree about their place, and no order of rows and slices clearly"
                  + " fits: %.0f %% of it are soft tissue in %s, %.0f %% in %s",
              100 * best.softTissue(),
              best.name(),
              100 * second.softTissue(),
              second.name()));
    }
    String note =
        String.format(
            Locale.ROOT,
            "CT and label do not agree about their place; the label was taken in %s: %.0f %% of it"
                + " are soft tissue there, at most %.0f %% otherwise",
            best.name(),
            100 * best.softTissue(),
            100 * second.softTissue());
    Mask aligned =
        best.order().isPresent()
            ? mask.reoriented(best.order().get()).withGrid(ct.grid())
            : resample(ct.grid(), mask, monitor);
    return new Aligned(aligned, List.of(note));
  }

  private static String name(Reorientation order) {
    if (order.flipY()) {
      return order.flipZ() ? "reverse order of rows and slices" : "reverse order of rows";
    }
    return order.flipZ() ? "reverse order of slices" : "the CT's order of voxels";
  }

  /** Voxels of a mask, {x, y, z}: all, or evenly chosen ones where there are many. */
  private static List<int[]> voxels(Mask mask) {
    Grid grid = mask.grid();
    long every = Math.max(1, mask.voxelCount() / SAMPLES);
    List<int[]> voxels = new ArrayList<>();
    byte[] slice = new byte[grid.sliceSize()];
    long count = 0;
    for (int z = 0; z < grid.nz(); z++) {
      mask.readSlice(z, slice);
      for (int i = 0; i < slice.length; i++) {
        if (slice[i] != 0 && count++ % every == 0) {
          voxels.add(new int[] {i % grid.nx(), i / grid.nx(), z});
        }
      }
    }
    return voxels;
  }

  private static double softTissue(CtVolume ct, List<int[]> voxels, Reorientation order) {
    Grid grid = ct.grid();
    int soft = 0;
    for (int[] voxel : voxels) {
      int y = order.flipY() ? grid.ny() - 1 - voxel[1] : voxel[1];
      int z = order.flipZ() ? grid.nz() - 1 - voxel[2] : voxel[2];
      soft += isSoftTissue(ct.hu(voxel[0], y, z)) ? 1 : 0;
    }
    return (double) soft / voxels.size();
  }

  private static double softTissue(CtVolume ct, Mask mask, List<int[]> voxels) {
    int soft = 0;
    for (int[] voxel : voxels) {
      soft += at(ct, mask.grid(), voxel).filter(LabelAlignment::isSoftTissue).isPresent() ? 1 : 0;
    }
    return (double) soft / voxels.size();
  }

  private static boolean isSoftTissue(float hu) {
    return hu >= SOFT_TISSUE_MIN_HU && hu <= SOFT_TISSUE_MAX_HU;
  }

  /** The CT's value where a voxel of another grid lies, if it lies within the CT. */
  private static Optional<Float> at(CtVolume ct, Grid grid, int[] voxel) {
    Vector3 index = ct.grid().toIndex(grid.toPatient(voxel[0], voxel[1], voxel[2]));
    long x = Math.round(index.x());
    long y = Math.round(index.y());
    long z = Math.round(index.z());
    return isWithin(ct.grid(), x, y, z)
        ? Optional.of(ct.hu((int) x, (int) y, (int) z))
        : Optional.empty();
  }

  private static boolean isWithin(Grid grid, long x, long y, long z) {
    return x >= 0 && x < grid.nx() && y >= 0 && y < grid.ny() && z >= 0 && z < grid.nz();
  }

  private static Mask resample(Grid grid, Mask mask, Monitor monitor) {
    MaskResampler resampler = new MaskResampler(mask, grid);
    byte[][] slices = new byte[grid.nz()][grid.sliceSize()];
    for (int z = 0; z < grid.nz(); z++) {
      monitor.throwIfCancelled();
      resampler.readSlice(z, slices[z]);
    }
    return new Mask(grid, Arrays.asList(slices));
  }

  private static PancreasException bad(String what) {
    return new PancreasException(ErrorCode.BAD_DATA, what);
  }
}
