package ai.pancreas.volume;

import java.util.List;
import java.util.Objects;

/**
 * A CT: Hounsfield units on a grid, [z][y][x]. Immutable and safe to read from many threads.
 *
 * <p>Values are held slice by slice as they were stored, at two bytes a voxel for all usual CTs.
 */
public final class CtVolume implements FloatSlices {
  private final Grid storedGrid;
  private final List<HuSlice> storedSlices;
  private final VolumeSource source;
  private final Reorientation view;
  private final Grid grid;

  /**
   * A volume of slices in the order of the grid's z.
   *
   * @throws IllegalArgumentException if the slices do not fill the grid
   */
  public CtVolume(Grid grid, List<HuSlice> slices, VolumeSource source) {
    this(grid, List.copyOf(slices), source, Reorientation.IDENTITY);
    if (storedSlices.size() != grid.nz()) {
      throw new IllegalArgumentException(
          storedSlices.size() + " slices for a grid of " + grid.nz());
    }
    for (HuSlice slice : storedSlices) {
      if (slice.size() != grid.sliceSize()) {
        throw new IllegalArgumentException(
            "a slice of " + slice.size() + " voxels for a grid of " + grid.describe());
      }
    }
  }

  private CtVolume(
      Grid storedGrid, List<HuSlice> storedSlices, VolumeSource source, Reorientation view) {
    this.storedGrid = storedGrid;
    this.storedSlices = storedSlices;
    this.source = Objects.requireNonNull(source, "source");
    this.view = view;
    this.grid = storedGrid.reoriented(view);
  }

  /** Where the voxels lie. */
  @Override
  public Grid grid() {
    return grid;
  }

  /** What the volume was read from. */
  public VolumeSource source() {
    return source;
  }

  /**
   * The slices as they are stored.
   *
   * @param grid where they lie
   * @param slices in the order of the grid's z
   * @param view how the volume's axes follow from the stored ones
   */
  public record Stored(Grid grid, List<HuSlice> slices, Reorientation view) {}

  /** What the volume is made of, for those who can turn it themselves. */
  public Stored stored() {
    return new Stored(storedGrid, storedSlices, view);
  }

  /** The value of one voxel, HU. */
  public float hu(int x, int y, int z) {
    Objects.checkIndex(x, grid.nx());
    Objects.checkIndex(y, grid.ny());
    Objects.checkIndex(z, grid.nz());
    int[] stored = new int[3];
    int[] index = {x, y, z};
    for (int i = 0; i < 3; i++) {
      stored[view.axis(i)] = view.flip(i) ? grid.size(i) - 1 - index[i] : index[i];
    }
    return storedSlices.get(stored[2]).at(stored[1] * storedGrid.nx() + stored[0]);
  }

  /**
   * Writes one slice to {@code out}, [y][x], HU.
   *
   * @param out at least {@code grid().sliceSize()} long
   */
  @Override
  public void readSlice(int z, float[] out) {
    Objects.checkIndex(z, grid.nz());
    Objects.checkFromIndexSize(0, grid.sliceSize(), out.length);
    if (view.equals(Reorientation.IDENTITY)) {
      storedSlices.get(z).read(out);
      return;
    }
    // Stored position of voxel (0, 0, z) and the steps along the view's x and y, as (slice,
    // offset).
    int[] sliceStep = new int[3];
    int[] offsetStep = new int[3];
    int slice = 0;
    int offset = 0;
    for (int i = 0; i < 3; i++) {
      int axis = view.axis(i);
      int stride = axis == 0 ? 1 : axis == 1 ? storedGrid.nx() : 0;
      int sign = view.flip(i) ? -1 : 1;
      sliceStep[i] = axis == 2 ? sign : 0;
      offsetStep[i] = sign * stride;
      int first = i == 2 ? z : 0;
      int position = view.flip(i) ? grid.size(i) - 1 - first : first;
      slice += axis == 2 ? position : 0;
      offset += position * stride;
    }
    int nx = grid.nx();
    for (int y = 0; y < grid.ny(); y++) {
      int rowSlice = slice + y * sliceStep[1];
      int rowOffset = offset + y * offsetStep[1];
      if (sliceStep[0] == 0) {
        HuSlice stored = storedSlices.get(rowSlice);
        for (int x = 0; x < nx; x++) {
          out[y * nx + x] = stored.at(rowOffset + x * offsetStep[0]);
        }
      } else {
        for (int x = 0; x < nx; x++) {
          out[y * nx + x] = storedSlices.get(rowSlice + x * sliceStep[0]).at(rowOffset);
        }
      }
    }
  }

  /** The same volume with its index axes in another order or direction; shares the values. */
  public CtVolume reoriented(Reorientation change) {
    return new CtVolume(storedGrid, storedSlices, source, view.then(change));
  }

  /** The same volume with its index axes turned to the given orientation; shares the values. */
  public CtVolume reorientedTo(Orientation target) {
    return reoriented(Reorientation.between(Orientation.of(grid), target));
  }
}
