package ai.pancreas.volume;

/**
 * The Hounsfield units of one stored slice, [y][x], row-major. Immutable: nobody may change the
 * array behind it.
 */
public sealed interface HuSlice {

  /** The number of voxels. */
  int size();

  /** The value of one voxel, HU. */
  float at(int index);

  /** Writes all values to {@code out}, from its start, HU. */
  void read(float[] out);

  /** A slice of stored 16-bit numbers with a rescale of its own. The array is not copied. */
  static HuSlice ofShorts(short[] stored, double slope, double intercept) {
    return new Shorts(stored, slope, intercept);
  }

  /** A slice of values that are HU already. The array is not copied. */
  static HuSlice ofFloats(float[] hu) {
    return new Floats(hu);
  }

  /**
   * Stored numbers: HU = slope * stored + intercept.
   *
   * <p>Unsigned 16-bit numbers are stored less 32768, with an intercept that makes up for it.
   */
  record Shorts(short[] stored, double slope, double intercept) implements HuSlice {
    @Override
    public int size() {
      return stored.length;
    }

    @Override
    public float at(int index) {
      return (float) (slope * stored[index] + intercept);
    }

    @Override
    public void read(float[] out) {
      if (slope == 1 && intercept == (int) intercept && Math.abs(intercept) < 1 << 20) {
        int offset = (int) intercept;
        for (int i = 0; i < stored.length; i++) {
          out[i] = stored[i] + offset;
        }
      } else {
        for (int i = 0; i < stored.length; i++) {
          out[i] = (float) (slope * stored[i] + intercept);
        }
      }
    }
  }

  /** Values that need more than 16 bits. */
  record Floats(float[] hu) implements HuSlice {
    @Override
    public int size() {
      return hu.length;
    }

    @Override
    public float at(int index) {
      return hu[index];
    }

    @Override
    public void read(float[] out) {
      System.arraycopy(hu, 0, out, 0, hu.length);
    }
  }
}
