package ai.pancreas.volume;

/**
 * A box of whole voxels: along each index axis from its first voxel to the one after its last. It
 * may reach beyond a grid.
 */
public record VoxelBox(int fromX, int toX, int fromY, int toY, int fromZ, int toZ) {
  public VoxelBox {
    if (fromX >= toX || fromY >= toY || fromZ >= toZ) {
      throw new IllegalArgumentException("a box needs at least one voxel along each axis");
    }
  }

  /** The first voxel along an index axis: 0 is x, 1 is y, 2 is z. */
  public int from(int axis) {
    return switch (axis) {
      case 0 -> fromX;
      case 1 -> fromY;
      case 2 -> fromZ;
      default -> throw new IndexOutOfBoundsException("axis " + axis);
    };
  }

  /** The voxel after the last along an index axis. */
  public int to(int axis) {
    return switch (axis) {
      case 0 -> toX;
      case 1 -> toY;
      case 2 -> toZ;
      default -> throw new IndexOutOfBoundsException("axis " + axis);
    };
  }

  /** The number of voxels along an index axis. */
  public int size(int axis) {
    return to(axis) - from(axis);
  }

  /** Whether the box holds a voxel at the border of a grid that it lies in. */
  public boolean touchesBorderOf(Grid grid) {
    for (int axis = 0; axis < 3; axis++) {
      if (from(axis) <= 0 || to(axis) >= grid.size(axis)) {
        return true;
      }
    }
    return false;
  }
}
