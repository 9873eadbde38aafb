package ai.pancreas.phantom;

import ai.pancreas.volume.Grid;

/**
 * Noise with the grain of a reconstructed CT: correlated within a slice, independent between
 * slices, without slow drifts (the ramp filter of a reconstruction removes them).
 *
 * <p>White noise, smoothed with the binomial weights 1 2 1, less a part of the same noise smoothed
 * twice as wide. It depends on the seed and the voxel's indices alone.
 */
final class ScanNoise {
  private static final int BORDER = 3;
  private static final float WIDE_PART = 0.7f;

  /**
   * Makes the variance 1: the sum of the squared weights of the filter below, to the power -1/2.
   */
  private static final float GAIN = gain();

  private final long seed;
  private final int nx;
  private final int ny;

  ScanNoise(long seed, Grid grid) {
    this.seed = seed ^ 0x6E6F697365L;
    this.nx = grid.nx();
    this.ny = grid.ny();
  }

  /** One slice of noise with standard deviation 1, [y][x]. */
  float[] slice(int z) {
    int width = nx + 2 * BORDER;
    int height = ny + 2 * BORDER;
    float[] white = new float[width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        white[y * width + x] = Lattice.normal(Lattice.hash(seed, x, y, z));
      }
    }
    smooth(white, width, height);
    float[] wide = white.clone();
    smooth(wide, width, height);
    smooth(wide, width, height);
    float[] out = new float[nx * ny];
    for (int y = 0; y < ny; y++) {
      for (int x = 0; x < nx; x++) {
        int i = (y + BORDER) * width + x + BORDER;
        out[y * nx + x] = GAIN * (white[i] - WIDE_PART * wide[i]);
      }
    }
    return out;
  }

  /** 1 2 1 along rows and columns; the outermost ring keeps its values. */
  private static void smooth(float[] plane, int width, int height) {
    for (int y = 0; y < height; y++) {
      int row = y * width;
      float before = plane[row];
      for (int x = 1; x < width - 1; x++) {
        float here = plane[row + x];
        plane[row + x] = 0.25f * (before + plane[row + x + 1]) + 0.5f * here;
        before = here;
      }
    }
    float[] above = new float[width];
    System.arraycopy(plane, 0, above, 0, width);
    for (int y = 1; y < height - 1; y++) {
      int row = y * width;
      for (int x = 0; x < width; x++) {
        float here = plane[row + x];
        plane[row + x] = 0.25f * (above[x] + plane[row + width + x]) + 0.5f * here;
        above[x] = here;
      }
    }
  }

  private static float gain() {
    int size = 2 * BORDER + 3;
    float[] narrow = new float[size * size];
    narrow[size * size / 2] = 1;
    smooth(narrow, size, size);
    float[] wide = narrow.clone();
    smooth(wide, size, size);
    smooth(wide, size, size);
    double sum = 0;
    for (int i = 0; i < narrow.length; i++) {
      double weight = narrow[i] - WIDE_PART * wide[i];
      sum += weight * weight;
    }
    return (float) (1 / Math.sqrt(sum));
  }
}
