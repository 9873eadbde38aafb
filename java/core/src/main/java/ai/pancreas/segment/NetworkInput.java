package ai.pancreas.segment;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import ai.pancreas.internal.DirectFloats;
import ai.pancreas.internal.ParallelFor;
import ai.pancreas.kernel.AxisWeights;
import ai.pancreas.kernel.Filter;
import ai.pancreas.kernel.Filters3;
import ai.pancreas.kernel.IntensityWindow;
import ai.pancreas.kernel.Kernels;
import ai.pancreas.kernel.Size3;
import ai.pancreas.model.Preprocessing;
import ai.pancreas.model.Preprocessing.Intensity;
import ai.pancreas.model.Preprocessing.Range;
import ai.pancreas.model.Preprocessing.Step;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * The network's view of a CT: turned, resampled and scaled, made slice by slice when asked for.
 *
 * <p>Immutable and thread-safe.
 */
final class NetworkInput {
  private final CtVolume view;
  private final Preprocessing preprocessing;
  private final Kernels kernels;
  private final Size3 size;
  private final AxisWeights sliceWeights;
  private final Filters3 inPlane;
  private final IntensityWindow window;

  private NetworkInput(
      CtVolume view, Preprocessing preprocessing, Kernels kernels, double low, double high) {
    this.view = view;
    this.preprocessing = preprocessing;
    this.kernels = kernels;
    this.size = networkSize(view.grid(), preprocessing);
    this.sliceWeights = AxisWeights.of(preprocessing.filters().z(), view.grid().nz(), size.z());
    this.inPlane =
        new Filters3(Filter.NONE, preprocessing.filters().y(), preprocessing.filters().x());
    Intensity intensity = preprocessing.intensity();
    this.window = new IntensityWindow(intensity.clipMinHu(), intensity.clipMaxHu(), low, high);
  }

  /**
   * Prepares the input of a volume. Where intensities are scaled by the volume's own range, this
   * looks at every slice once.
   *
   * @throws PancreasException {@code BAD_DATA} if the range is empty
   */
  static NetworkInput of(
      CtVolume volume, Preprocessing preprocessing, Kernels kernels, int threads, Monitor monitor) {
    CtVolume view = volume.reorientedTo(preprocessing.orientation());
    Intensity intensity = preprocessing.intensity();
    if (intensity.range() == Range.WINDOW) {
      return new NetworkInput(
          view, preprocessing, kernels, intensity.clipMinHu(), intensity.clipMaxHu());
    }
    // Scaling -1..1 to -1..1 leaves the resampled values as they are: their range is what is
    // sought.
    NetworkInput unscaled = new NetworkInput(view, preprocessing, kernels, -1, 1);
    float[] range = unscaled.range(threads, monitor);
    if (!(range[0] < range[1])) {
      throw new PancreasException(
          ErrorCode.BAD_DATA,
          "all voxels of the CT have the same value ("
              + range[0]
              + " HU); check that this is the series you mean");
    }
    return new NetworkInput(view, preprocessing, kernels, range[0], range[1]);
  }

  static Size3 networkSize(Grid grid, Preprocessing preprocessing) {
    return new Size3(
        preprocessing.slices() == 0 ? grid.nz() : preprocessing.slices(),
        preprocessing.rows() == 0 ? grid.ny() : preprocessing.rows(),
        preprocessing.columns() == 0 ? grid.nx() : preprocessing.columns());
  }

  /** The sizes of the network's grid. */
  Size3 size() {
    return size;
  }

  private float[] range(int threads, Monitor monitor) {
    float[] range = {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
    ParallelFor.run(
        Stage.READ,
        size.z(),
        threads,
        monitor,
        () -> {
          Workspace workspace = new Workspace();
          float[] slice = new float[size.y() * size.x()];
          return z -> {
            workspace.readSlice(z, slice);
            float min = Float.POSITIVE_INFINITY;
            float max = Float.NEGATIVE_INFINITY;
            for (float value : slice) {
              min = Math.min(min, value);
              max = Math.max(max, value);
            }
            synchronized (range) {
              range[0] = Math.min(range[0], min);
              range[1] = Math.max(range[1], max);
            }
          };
        });
    return range;
  }

  /** Buffers for one thread that makes slices. */
  final class Workspace {
    private final Size3 sourceSize = new Size3(1, view.grid().ny(), view.grid().nx());
    private final Size3 targetSize = new Size3(1, size.y(), size.x());
    private final float[] values = new float[view.grid().sliceSize()];
    private final float[] resampledValues = new float[size.y() * size.x()];
    private final FloatBuffer source = DirectFloats.allocate(sourceSize.count());
    private final FloatBuffer resampled = DirectFloats.allocate(targetSize.count());

    /** Writes slice {@code z} of the network's grid to {@code out}, [row][column]. */
    void readSlice(int z, float[] out) {
      Arrays.fill(out, 0);
      for (int i = 0; i < sliceWeights.count(z); i++) {
        view.readSlice(sliceWeights.first(z) + i, values);
        source.put(0, values);
        if (preprocessing.intensity().step() == Step.BEFORE_RESAMPLING) {
          kernels.window(source, source, values.length, window, 1);
        }
        kernels.resample(source, sourceSize, resampled, targetSize, inPlane, 1);
        resampled.get(0, resampledValues);
        float weight = sliceWeights.weight(z, i);
        for (int j = 0; j < out.length; j++) {
          out[j] += weight * resampledValues[j];
        }
      }
      if (preprocessing.intensity().step() == Step.AFTER_RESAMPLING) {
        resampled.put(0, out);
        kernels.window(resampled, resampled, out.length, window, 1);
        resampled.get(0, out);
      }
    }
  }
}
