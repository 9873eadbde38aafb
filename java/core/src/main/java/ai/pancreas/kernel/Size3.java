package ai.pancreas.kernel;

/** The sizes of a [z][y][x] array. */
public record Size3(int z, int y, int x) {
  public Size3 {
    if (z < 1 || y < 1 || x < 1) {
      throw new IllegalArgumentException("sizes must be positive: " + z + ", " + y + ", " + x);
    }
  }

  /** The number of elements. */
  public long count() {
    return (long) z * y * x;
  }
}
