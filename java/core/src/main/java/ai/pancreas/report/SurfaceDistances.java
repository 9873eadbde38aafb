package ai.pancreas.report;

import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Mask;
import java.util.Arrays;

/**
 * The distances between the surfaces of two masks on the same grid, in mm.
 *
 * <p>A surface voxel is a voxel inside the mask with at least one of its six neighbours outside it;
 * beyond the grid is outside. Distances are those between the centres of voxels, exact.
 *
 * @param fromFirst from each surface voxel of the first mask to the nearest one of the second,
 *     ascending
 * @param fromSecond the other way round
 */
record SurfaceDistances(float[] fromFirst, float[] fromSecond) {

  /**
   * Measures two masks, neither of which may be empty, on a grid with perpendicular axes. Takes 6
   * bytes for each voxel of the box round both masks.
   */
  static SurfaceDistances between(Mask first, Mask second) {
    Box box = Box.around(first, second);
    byte[][] surfaceOfFirst = box.surface(first);
    byte[][] surfaceOfSecond = box.surface(second);
    SquaredDistanceTransform transform =
        new SquaredDistanceTransform(box.nx(), box.ny(), box.nz(), first.grid());
    transform.fill(surfaceOfSecond);
    float[] fromFirst = transform.distancesAt(surfaceOfFirst);
    transform.fill(surfaceOfFirst);
    return new SurfaceDistances(fromFirst, transform.distancesAt(surfaceOfSecond));
  }

  /** The larger of the two directions' quantiles. */
  double hausdorffMm(double quantile) {
    return Math.max(quantile(fromFirst, quantile), quantile(fromSecond, quantile));
  }

  /** The mean over both directions together. */
  double averageMm() {
    double sum = 0;
    for (float distance : fromFirst) {
      sum += distance;
    }
    for (float distance : fromSecond) {
      sum += distance;
    }
    return sum / (fromFirst.length + fromSecond.length);
  }

  private static double quantile(float[] ascending, double quantile) {
    double rank = quantile * (ascending.length - 1);
    int below = (int) rank;
    int above = Math.min(below + 1, ascending.length - 1);
    return ascending[below] + (rank - below) * (ascending[above] - ascending[below]);
  }

  /** The voxels from (x0, y0, z0) on that hold both masks. */
  private record Box(int x0, int y0, int z0, int nx, int ny, int nz) {

    static Box around(Mask first, Mask second) {
      Grid grid = first.grid();
      int[] low = {grid.nx(), grid.ny(), grid.nz()};
      int[] high = {-1, -1, -1};
      byte[] slice = new byte[grid.sliceSize()];
      for (Mask mask : new Mask[] {first, second}) {
        for (int z = 0; z < grid.nz(); z++) {
          mask.readSlice(z, slice);
          for (int i = 0; i < slice.length; i++) {
            if (slice[i] != 0) {
              int[] index = {i % grid.nx(), i / grid.nx(), z};
              for (int axis = 0; axis < 3; axis++) {
                low[axis] = Math.min(low[axis], index[axis]);
                high[axis] = Math.max(high[axis], index[axis]);
              }
            }
          }
        }
      }
      return new Box(
          low[0], low[1], low[2], high[0] - low[0] + 1, high[1] - low[1] + 1, high[2] - low[2] + 1);
    }

    /** 1 at the mask's surface, [z][y * nx + x]. */
    byte[][] surface(Mask mask) {
      byte[][] surface = new byte[nz][nx * ny];
      for (int z = 0; z < nz; z++) {
        for (int y = 0; y < ny; y++) {
          for (int x = 0; x < nx; x++) {
            boolean isSurface =
                inside(mask, x, y, z)
                    && !(inside(mask, x - 1, y, z)
                        && inside(mask, x + 1, y, z)
                        && inside(mask, x, y - 1, z)
                        && inside(mask, x, y + 1, z)
                        && inside(mask, x, y, z - 1)
                        && inside(mask, x, y, z + 1));
            surface[z][y * nx + x] = (byte) (isSurface ? 1 : 0);
          }
        }
      }
      return surface;
    }

    private boolean inside(Mask mask, int x, int y, int z) {
      // Outside the box there is no mask.
      return x >= 0
          && y >= 0
          && z >= 0
          && x < nx
          && y < ny
          && z < nz
          && mask.at(x0 + x, y0 + y, z0 + z);
    }
  }

  /**
   * The exact Euclidean distance transform of Felzenszwalb and Huttenlocher, "Distance Transforms
   * of Sampled Functions", Theory of Computing 8 (2012), doi:10.4086/toc.2012.v008a019: one pass
   * along each axis, each the lower envelope of the parabolas that stand on the values so far.
   */
  private static final class SquaredDistanceTransform {
    private final int nx;
    private final int ny;
    private final double[] squaredSpacing = new double[3];

    /** Squared distance in mm2, [z][y * nx + x]. */
    private final float[][] squared;

    private final double[] line;
    private final int[] parabola;
    private final double[] boundary;

    SquaredDistanceTransform(int nx, int ny, int nz, Grid grid) {
      this.nx = nx;
      this.ny = ny;
      for (int axis = 0; axis < 3; axis++) {
        squaredSpacing[axis] = grid.spacingMm(axis) * grid.spacingMm(axis);
      }
      squared = new float[nz][nx * ny];
      int longest = Math.max(nx, Math.max(ny, nz));
      line = new double[longest];
      parabola = new int[longest];
      boundary = new double[longest + 1];
    }

    /** Computes the squared distance of every voxel to the nearest one of a set. */
    void fill(byte[][] set) {
      int nz = squared.length;
      for (int z = 0; z < nz; z++) {
        for (int i = 0; i < squared[z].length; i++) {
          squared[z][i] = set[z][i] != 0 ? 0 : Float.POSITIVE_INFINITY;
        }
        for (int y = 0; y < ny; y++) {
          int start = y * nx;
          float[] slice = squared[z];
          for (int x = 0; x < nx; x++) {
            line[x] = slice[start + x];
          }
          int parabolas = envelope(nx, squaredSpacing[0]);
          for (int x = 0, k = 0; x < nx && parabolas > 0; x++) {
            k = next(k, x);
            slice[start + x] = (float) height(k, x, squaredSpacing[0]);
          }
        }
        for (int x = 0; x < nx; x++) {
          float[] slice = squared[z];
          for (int y = 0; y < ny; y++) {
            line[y] = slice[y * nx + x];
          }
          int parabolas = envelope(ny, squaredSpacing[1]);
          for (int y = 0, k = 0; y < ny && parabolas > 0; y++) {
            k = next(k, y);
            slice[y * nx + x] = (float) height(k, y, squaredSpacing[1]);
          }
        }
      }
      for (int i = 0; i < nx * ny; i++) {
        for (int z = 0; z < nz; z++) {
          line[z] = squared[z][i];
        }
        int parabolas = envelope(nz, squaredSpacing[2]);
        for (int z = 0, k = 0; z < nz && parabolas > 0; z++) {
          k = next(k, z);
          squared[z][i] = (float) height(k, z, squaredSpacing[2]);
        }
      }
    }

    /** The distances at the voxels of a set, ascending, mm. */
    float[] distancesAt(byte[][] set) {
      int count = 0;
      for (byte[] slice : set) {
        for (byte value : slice) {
          count += value;
        }
      }
      float[] distances = new float[count];
      int next = 0;
      for (int z = 0; z < set.length; z++) {
        for (int i = 0; i < set[z].length; i++) {
          if (set[z][i] != 0) {
            distances[next++] = (float) Math.sqrt(squared[z][i]);
          }
        }
      }
      Arrays.sort(distances);
      return distances;
    }

    /**
     * The parabolas of {@link #line} that are lowest somewhere: {@code parabola[k]} is lowest from
     * {@code boundary[k]} to {@code boundary[k + 1]}.
     *
     * @return how many there are; 0 where the line holds no finite value
     */
    private int envelope(int n, double spacing2) {
      int count = 0;
      for (int q = 0; q < n; q++) {
        if (line[q] == Double.POSITIVE_INFINITY) {
          continue;
        }
        double crossing = Double.NEGATIVE_INFINITY;
        while (count > 0) {
          crossing = crossing(parabola[count - 1], q, spacing2);
          if (crossing > boundary[count - 1]) {
            break;
          }
          count--;
          crossing = Double.NEGATIVE_INFINITY;
        }
        parabola[count] = q;
        boundary[count] = crossing;
        boundary[++count] = Double.POSITIVE_INFINITY;
      }
      return count;
    }

    /** Where the parabola on q falls below that on p, q being behind p. */
    private double crossing(int p, int q, double spacing2) {
      double rise = (line[q] - line[p]) / spacing2;
      return (rise + (double) q * q - (double) p * p) / (2.0 * (q - p));
    }

    private int next(int k, int position) {
      int lowest = k;
      while (boundary[lowest + 1] < position) {
        lowest++;
      }
      return lowest;
    }

    private double height(int k, int position, double spacing2) {
      double steps = position - parabola[k];
      return steps * steps * spacing2 + line[parabola[k]];
    }
  }
}
