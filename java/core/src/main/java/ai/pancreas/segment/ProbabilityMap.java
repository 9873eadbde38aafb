package ai.pancreas.segment;

import ai.pancreas.internal.DirectFloats;
import ai.pancreas.kernel.AxisWeights;
import ai.pancreas.kernel.Filter;
import ai.pancreas.kernel.Filters3;
import ai.pancreas.kernel.Kernels;
import ai.pancreas.kernel.Size3;
import ai.pancreas.volume.FloatSlices;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Orientation;
import ai.pancreas.volume.Reorientation;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Objects;

/**
 * The probability of pancreas, on a CT's own grid.
 *
 * <p>Held on the network's grid, 4 bytes a value, and resampled a slice at a time when asked for.
 * Immutable and safe to read from many threads.
 */
public final class ProbabilityMap implements FloatSlices {
  private final Grid grid;
  private final Reorientation view;
  private final Grid viewGrid;
  private final List<float[]> network;
  private final Size3 networkSize;
  private final AxisWeights[] weights;
  private final Filters3 filters;
  private final Kernels kernels;

  /**
   * A map over the slices that a network returned.
   *
   * @param grid the CT's grid
   * @param orientation the orientation in which the network saw the CT
   * @param network [slice][row * columns + column]; not copied
   * @param networkSize the sizes of the network's grid
   * @param filters how each axis goes back to the CT's grid
   */
  ProbabilityMap(
      Grid grid,
      Orientation orientation,
      List<float[]> network,
      Size3 networkSize,
      Filters3 filters,
      Kernels kernels) {
    this.grid = grid;
    this.view = Reorientation.between(Orientation.of(grid), orientation);
    this.viewGrid = grid.reoriented(view);
    this.network = List.copyOf(network);
    this.networkSize = networkSize;
    this.filters = filters;
    this.kernels = kernels;
    this.weights =
        new AxisWeights[] {
          AxisWeights.of(filters.x(), networkSize.x(), viewGrid.nx()),
          AxisWeights.of(filters.y(), networkSize.y(), viewGrid.ny()),
          AxisWeights.of(filters.z(), networkSize.z(), viewGrid.nz())
        };
  }

  /** The CT's grid. */
  @Override
  public Grid grid() {
    return grid;
  }

  /**
   * Writes one slice of the CT's grid to {@code out}, [y][x], 0 to 1.
   *
   * @param out at least {@code grid().sliceSize()} long
   */
  @Override
  public void readSlice(int z, float[] out) {
    new Workspace().readSlice(z, out);
  }

  /** Buffers for one thread that reads many slices. */
  final class Workspace {
    // A stored slice is a plane of the network's view, at one index of the view's axis `across`.
    private final int across = view.axisX() == 2 ? 0 : view.axisY() == 2 ? 1 : 2;
    private final int columnAxis = across == 0 ? 1 : 0;
    private final int rowAxis = across == 2 ? 1 : 2;
    private final Size3 planeSize = new Size3(1, networkSize(rowAxis), networkSize(columnAxis));
    private final Size3 sliceSize = new Size3(1, viewGrid.size(rowAxis), viewGrid.size(columnAxis));
    private final FloatBuffer plane = DirectFloats.allocate(planeSize.count());
    private final FloatBuffer resampled = DirectFloats.allocate(sliceSize.count());
    private final ByteBuffer inside = ByteBuffer.allocateDirect(resampled.capacity());

    /** The same as {@link ProbabilityMap#readSlice}. */
    void readSlice(int z, float[] out) {
      resample(z, out.length);
      if (view.equals(Reorientation.IDENTITY)) {
        resampled.get(0, out, 0, grid.sliceSize());
        return;
      }
      forEachRow(
          (from, to, step) -> {
            for (int column = 0; column < sliceSize.x(); column++) {
              out[to + column * step] = resampled.get(from + column);
            }
          });
    }

    /** Writes 1 to {@code out} where the probability is strictly above the threshold, else 0. */
    void readMask(int z, double threshold, byte[] out) {
      resample(z, out.length);
      kernels.threshold(resampled, threshold, inside, inside.capacity(), 1);
      if (view.equals(Reorientation.IDENTITY)) {
        inside.get(0, out, 0, grid.sliceSize());
        return;
      }
      forEachRow(
          (from, to, step) -> {
            for (int column = 0; column < sliceSize.x(); column++) {
              out[to + column * step] = inside.get(from + column);
            }
          });
    }

    /** Makes the plane of the view that holds slice z, on the view's grid. */
    private void resample(int z, int length) {
      Objects.checkIndex(z, grid.nz());
      Objects.checkFromIndexSize(0, grid.sliceSize(), length);
      int k = view.flip(across) ? viewGrid.size(across) - 1 - z : z;
      plane.put(0, plane(across, k, planeSize.y(), planeSize.x()));
      kernels.resample(
          plane,
          planeSize,
          resampled,
          sliceSize,
          new Filters3(Filter.NONE, filter(rowAxis), filter(columnAxis)),
          1);
    }

    /** Says for each row of the plane where its values go in the slice. */
    private void forEachRow(RowMove move) {
      int columns = sliceSize.x();
      int rows = sliceSize.y();
      int columnStride = view.axis(columnAxis) == 0 ? 1 : grid.nx();
      int rowStride = view.axis(rowAxis) == 0 ? 1 : grid.nx();
      int columnStep = view.flip(columnAxis) ? -columnStride : columnStride;
      int rowStep = view.flip(rowAxis) ? -rowStride : rowStride;
      int start =
          (view.flip(columnAxis) ? (columns - 1) * columnStride : 0)
              + (view.flip(rowAxis) ? (rows - 1) * rowStride : 0);
      for (int row = 0; row < rows; row++) {
        move.accept(row * columns, start + row * rowStep, columnStep);
      }
    }
  }

  /** Moves a row that starts at one index to another index, with steps there. */
  private interface RowMove {
    void accept(int from, int to, int step);
  }

  /** The plane of the network's grid at index {@code k} of the view's axis {@code across}. */
  private float[] plane(int across, int k, int planeRows, int planeColumns) {
    float[] plane = new float[planeRows * planeColumns];
    AxisWeights taps = weights[across];
    for (int i = 0; i < taps.count(k); i++) {
      int index = taps.first(k) + i;
      float weight = taps.weight(k, i);
      for (int row = 0; row < planeRows; row++) {
        for (int column = 0; column < planeColumns; column++) {
          plane[row * planeColumns + column] += weight * networkAt(across, index, row, column);
        }
      }
    }
    return plane;
  }

  private float networkAt(int across, int index, int row, int column) {
    int columns = networkSize.x();
    return switch (across) {
      case 0 -> network.get(row)[column * columns + index];
      case 1 -> network.get(row)[index * columns + column];
      default -> network.get(index)[row * columns + column];
    };
  }

  private int networkSize(int axis) {
    return axis == 0 ? networkSize.x() : axis == 1 ? networkSize.y() : networkSize.z();
  }

  private Filter filter(int axis) {
    return axis == 0 ? filters.x() : axis == 1 ? filters.y() : filters.z();
  }
}
