package ai.pancreas.volume;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A binary mask on a grid, [z][y][x], one byte a voxel: 1 inside, 0 outside. Immutable and safe to
 * read from many threads.
 */
public final class Mask {
  private static final long EIGHT_ONES = 0x0101010101010101L;

  private final Grid grid;
  private final List<byte[]> slices;
  private final long voxelCount;

  /**
   * A mask of slices in the order of the grid's z. The arrays are not copied and must not be
   * changed any more.
   *
   * @throws IllegalArgumentException if the slices do not fill the grid or hold other values than 0
   *     and 1
   */
  public Mask(Grid grid, List<byte[]> slices) {
    this.grid = Objects.requireNonNull(grid, "grid");
    this.slices = List.copyOf(slices);
    if (this.slices.size() != grid.nz()) {
      throw new IllegalArgumentException(this.slices.size() + " slices for a grid of " + grid.nz());
    }
    long count = 0;
    for (byte[] slice : this.slices) {
      if (slice.length != grid.sliceSize()) {
        throw new IllegalArgumentException(
            "a slice of " + slice.length + " voxels for a grid of " + grid.describe());
      }
      count += countOnes(slice);
    }
    this.voxelCount = count;
  }

  /** Checks eight voxels at a time: this runs over the whole volume before it is compiled well. */
  private static long countOnes(byte[] slice) {
    LongBuffer words = ByteBuffer.wrap(slice).asLongBuffer();
    long count = 0;
    long other = 0;
    for (int i = 0; i < words.limit(); i++) {
      long word = words.get(i);
      other |= word & ~EIGHT_ONES;
      count += Long.bitCount(word);
    }
    for (int i = words.limit() * Long.BYTES; i < slice.length; i++) {
      other |= slice[i] & ~1;
      count += slice[i];
    }
    if (other != 0) {
      throw new IllegalArgumentException("a mask holds other values than 0 and 1");
    }
    return count;
  }

  /** Where the voxels lie. */
  public Grid grid() {
    return grid;
  }

  /** Whether a voxel is inside. */
  public boolean at(int x, int y, int z) {
    Objects.checkIndex(x, grid.nx());
    Objects.checkIndex(y, grid.ny());
    Objects.checkIndex(z, grid.nz());
    return slices.get(z)[y * grid.nx() + x] != 0;
  }

  /** Writes one slice to {@code out}, [y][x], 0 or 1. */
  public void readSlice(int z, byte[] out) {
    System.arraycopy(slices.get(z), 0, out, 0, grid.sliceSize());
  }

  /** The number of voxels inside. */
  public long voxelCount() {
    return voxelCount;
  }

  /** The volume inside, millilitres. */
  public double volumeMl() {
    return voxelCount * grid.voxelVolumeMm3() / 1000;
  }

  /** The smallest box that holds all voxels inside; empty where none is. */
  public Optional<VoxelBox> box() {
    if (voxelCount == 0) {
      return Optional.empty();
    }
    int nx = grid.nx();
    byte[] outside = new byte[nx];
    int[] from = {nx, grid.ny(), grid.nz()};
    int[] to = {0, 0, 0};
    for (int z = 0; z < grid.nz(); z++) {
      byte[] slice = slices.get(z);
      for (int y = 0; y < grid.ny(); y++) {
        int start = y * nx;
        int x = Arrays.mismatch(slice, start, start + nx, outside, 0, nx);
        if (x < 0) {
          continue;
        }
        int last = nx - 1;
        while (slice[start + last] == 0) {
          last--;
        }
        from[0] = Math.min(from[0], x);
        from[1] = Math.min(from[1], y);
        from[2] = Math.min(from[2], z);
        to[0] = Math.max(to[0], last + 1);
        to[1] = Math.max(to[1], y + 1);
        to[2] = z + 1;
      }
    }
    return Optional.of(new VoxelBox(from[0], to[0], from[1], to[1], from[2], to[2]));
  }

  /**
   * The same voxels under another grid of the same size; shares them.
   *
   * @throws IllegalArgumentException if the sizes differ
   */
  public Mask withGrid(Grid other) {
    return new Mask(other, slices);
  }

  /** The same mask with its index axes in another order or direction. */
  public Mask reoriented(Reorientation change) {
    if (change.equals(Reorientation.IDENTITY)) {
      return this;
    }
    Grid target = grid.reoriented(change);
    byte[][] turned = new byte[target.nz()][target.sliceSize()];
    // Where voxel (0, 0, 0) of the target is stored, and the steps along the target's axes, as
    // (slice, offset).
    int[] sliceStep = new int[3];
    int[] offsetStep = new int[3];
    int firstSlice = 0;
    int firstOffset = 0;
    for (int i = 0; i < 3; i++) {
      int axis = change.axis(i);
      int sign = change.flip(i) ? -1 : 1;
      int stride = axis == 0 ? 1 : axis == 1 ? grid.nx() : 0;
      int first = change.flip(i) ? target.size(i) - 1 : 0;
      sliceStep[i] = axis == 2 ? sign : 0;
      offsetStep[i] = sign * stride;
      firstSlice += axis == 2 ? first : 0;
      firstOffset += first * stride;
    }
    int nx = target.nx();
    for (int z = 0; z < target.nz(); z++) {
      for (int y = 0; y < target.ny(); y++) {
        int slice = firstSlice + z * sliceStep[2] + y * sliceStep[1];
        int offset = firstOffset + z * offsetStep[2] + y * offsetStep[1];
        if (sliceStep[0] == 0) {
          copyRow(slices.get(slice), offset, offsetStep[0], turned[z], y * nx, nx);
        } else {
          for (int x = 0; x < nx; x++) {
            turned[z][y * nx + x] = slices.get(slice + x * sliceStep[0])[offset];
          }
        }
      }
    }
    return new Mask(target, Arrays.asList(turned));
  }

  private static void copyRow(byte[] from, int start, int step, byte[] to, int first, int count) {
    if (step == 1) {
      System.arraycopy(from, start, to, first, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      to[first + i] = from[start + i * step];
    }
  }
}
