package ai.pancreas.volume;

/**
 * Numbers on a grid that are read, and perhaps computed, slice by slice.
 *
 * <p>Slices may be asked for in any order; each is asked for once by whoever writes them out.
 */
public interface FloatSlices {

  /** Where the voxels lie. */
  Grid grid();

  /**
   * Writes one slice to {@code out}, [y][x].
   *
   * @param out at least {@code grid().sliceSize()} long
   */
  void readSlice(int z, float[] out);
}
