package ai.pancreas.volume;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * A mask seen on another grid, by nearest neighbour in the patient: a voxel is inside where the
 * mask's voxel that holds its centre is; beyond the mask's grid all is outside. Immutable and safe
 * to read from many threads.
 *
 * <p>A centre on the border of two voxels belongs to the one towards the patient's left, back and
 * head, so that the order in which a mask is stored makes no difference.
 */
public final class MaskResampler {

  /**
   * Moves centres off the borders of voxels: by more than float32 coordinates are wrong, by less
   * than matters. The three differ so that oblique borders are left too.
   */
  private static final Vector3 OFF_BORDERS_MM = new Vector3(1e-3, 8e-4, 6e-4);

  private final Mask mask;
  private final Grid grid;
  private final Optional<VoxelBox> box;
  private final Vector3 first;
  private final Vector3 alongX;
  private final Vector3 alongY;
  private final Vector3 alongZ;

  /** A mask as it is seen on a grid. */
  public MaskResampler(Mask mask, Grid grid) {
    this.mask = mask;
    this.grid = grid;
    Grid source = mask.grid();
    Vector3 origin = grid.origin().plus(OFF_BORDERS_MM);
    // Half an index on: whole parts are then the voxels that hold the centres.
    this.first = source.toIndex(origin).plus(new Vector3(0.5, 0.5, 0.5));
    this.alongX = source.toIndex(source.origin().plus(grid.stepX()));
    this.alongY = source.toIndex(source.origin().plus(grid.stepY()));
    this.alongZ = source.toIndex(source.origin().plus(grid.stepZ()));
    this.box = mask.box().flatMap(this::onGrid);
  }

  /** The voxels of the grid that a box of the mask's voxels can reach. */
  private Optional<VoxelBox> onGrid(VoxelBox inside) {
    double[] least = {Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE};
    double[] most = {-Double.MAX_VALUE, -Double.MAX_VALUE, -Double.MAX_VALUE};
    for (int corner = 0; corner < 8; corner++) {
      Vector3 index =
          grid.toIndex(
              mask.grid()
                  .toPatient(
                      ((corner & 1) == 0 ? inside.fromX() : inside.toX()) - 0.5,
                      ((corner & 2) == 0 ? inside.fromY() : inside.toY()) - 0.5,
                      ((corner & 4) == 0 ? inside.fromZ() : inside.toZ()) - 0.5));
      for (int axis = 0; axis < 3; axis++) {
        least[axis] = Math.min(least[axis], index.component(axis));
        most[axis] = Math.max(most[axis], index.component(axis));
      }
    }
    int[] from = new int[3];
    int[] to = new int[3];
    for (int axis = 0; axis < 3; axis++) {
      from[axis] = (int) Math.max(0, Math.floor(least[axis]));
      to[axis] = (int) Math.min(grid.size(axis), Math.ceil(most[axis]) + 1);
      if (from[axis] >= to[axis]) {
        return Optional.empty();
      }
    }
    return Optional.of(new VoxelBox(from[0], to[0], from[1], to[1], from[2], to[2]));
  }

  /** The grid on which the mask is seen. */
  public Grid grid() {
    return grid;
  }

  /**
   * Writes one slice of the grid to {@code out}, [y][x], 0 or 1.
   *
   * @param out at least {@code grid().sliceSize()} long
   */
  public void readSlice(int z, byte[] out) {
    Objects.checkIndex(z, grid.nz());
    Arrays.fill(out, 0, grid.sliceSize(), (byte) 0);
    if (box.isEmpty() || z < box.get().fromZ() || z >= box.get().toZ()) {
      return;
    }
    VoxelBox reached = box.get();
    Grid source = mask.grid();
    Vector3 slice = first.plus(alongZ.times(z));
    for (int y = reached.fromY(); y < reached.toY(); y++) {
      Vector3 row = slice.plus(alongY.times(y));
      for (int x = reached.fromX(); x < reached.toX(); x++) {
        double sourceX = row.x() + x * alongX.x();
        double sourceY = row.y() + x * alongX.y();
        double sourceZ = row.z() + x * alongX.z();
        if (isWithin(sourceX, source.nx())
            && isWithin(sourceY, source.ny())
            && isWithin(sourceZ, source.nz())
            && mask.at((int) sourceX, (int) sourceY, (int) sourceZ)) {
          out[y * grid.nx() + x] = 1;
        }
      }
    }
  }

  private static boolean isWithin(double index, int size) {
    return index >= 0 && index < size;
  }
}
