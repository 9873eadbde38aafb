package ai.pancreas.engine.cuda;

import ai.pancreas.engine.CtEngine;
import ai.pancreas.internal.nativelib.NativeCudaVolume;
import ai.pancreas.internal.nativelib.Pancreas;
import ai.pancreas.kernel.Filter;
import ai.pancreas.kernel.Filters3;
import ai.pancreas.model.Postprocessing;
import ai.pancreas.model.Preprocessing;
import ai.pancreas.model.Preprocessing.Intensity;
import ai.pancreas.model.Preprocessing.Range;
import ai.pancreas.model.Preprocessing.Step;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.HuSlice;
import ai.pancreas.volume.Reorientation;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.ShortPointer;

/** A CT on its way to a GPU and back, in memory that native code reads and writes. */
final class CudaVolume implements AutoCloseable {
  private final CtVolume.Stored stored;
  private final int[] networkSize = new int[3];
  private final NativeCudaVolume arguments = new NativeCudaVolume();
  private final ShortPointer voxels;
  private final DoublePointer slopes;
  private final DoublePointer intercepts;
  private final BytePointer mask;
  private final FloatPointer probability;

  /** A CT that {@link #canHold}. */
  CudaVolume(
      CtVolume ct, Preprocessing preprocessing, Postprocessing postprocessing, double threshold) {
    stored = ct.stored();
    Reorientation view = ct.reorientedTo(preprocessing.orientation()).stored().view();
    int[] wanted = {preprocessing.slices(), preprocessing.rows(), preprocessing.columns()};
    // Here axes are in the order z, y, x; elsewhere axis 0 is x.
    for (int axis = 0; axis < 3; axis++) {
      int from = view.axis(2 - axis);
      networkSize[axis] = wanted[axis] == 0 ? stored.grid().size(from) : wanted[axis];
      arguments.stored_size(axis, stored.grid().size(2 - axis));
      arguments.axes(axis, 2 - from);
      arguments.flips(axis, view.flip(2 - axis) ? 1 : 0);
      arguments.network_size(axis, networkSize[axis]);
      arguments.filters(axis, code(filter(preprocessing.filters(), axis)));
      arguments.back_filters(axis, code(filter(postprocessing.filters(), axis)));
    }
    Intensity intensity = preprocessing.intensity();
    boolean ownRange = intensity.range() == Range.VOLUME;
    arguments
        .window_first(intensity.step() == Step.BEFORE_RESAMPLING ? 1 : 0)
        .clip_min(intensity.clipMinHu())
        .clip_max(intensity.clipMaxHu())
        .low(ownRange ? 0 : intensity.clipMinHu())
        .high(ownRange ? 0 : intensity.clipMaxHu())
        .threshold(threshold);
    int sliceSize = stored.grid().sliceSize();
    long count = stored.grid().voxelCount();
    voxels = new ShortPointer(count);
    slopes = new DoublePointer(stored.slices().size());
    intercepts = new DoublePointer(stored.slices().size());
    for (int slice = 0; slice < stored.slices().size(); slice++) {
      HuSlice.Shorts shorts = (HuSlice.Shorts) stored.slices().get(slice);
      voxels.position((long) slice * sliceSize).put(shorts.stored());
      slopes.put(slice, shorts.slope());
      intercepts.put(slice, shorts.intercept());
    }
    mask = new BytePointer(count);
    probability = new FloatPointer(networkSize[0] * networkSlice());
    arguments
        .voxels(voxels.position(0))
        .slopes(slopes)
        .intercepts(intercepts)
        .mask(mask)
        .probability(probability);
  }

  /**
   * Whether a CT is held as 16-bit numbers, in its own order, and is not windowed by a range that
   * only shows after resampling.
   */
  static boolean canHold(CtVolume ct, Preprocessing preprocessing) {
    CtVolume.Stored stored = ct.stored();
    Intensity intensity = preprocessing.intensity();
    return (intensity.range() == Range.WINDOW || intensity.step() == Step.AFTER_RESAMPLING)
        && stored.view().equals(Reorientation.IDENTITY)
        && stored.slices().stream().allMatch(HuSlice.Shorts.class::isInstance);
  }

  private static Filter filter(Filters3 filters, int axis) {
    return switch (axis) {
      case 0 -> filters.z();
      case 1 -> filters.y();
      default -> filters.x();
    };
  }

  private static int code(Filter filter) {
    return switch (filter) {
      case NONE -> Pancreas.PNC_FILTER_NONE;
      case NEAREST -> Pancreas.PNC_FILTER_NEAREST;
      case LINEAR -> Pancreas.PNC_FILTER_LINEAR;
    };
  }

  private long networkSlice() {
    return (long) networkSize[1] * networkSize[2];
  }

  /** What a run is given. */
  NativeCudaVolume arguments() {
    return arguments;
  }

  /** Slices of the network's grid. */
  int slices() {
    return networkSize[0];
  }

  /** What a run has written. */
  CtEngine.Result result() {
    List<float[]> probabilities = new ArrayList<>();
    for (int slice = 0; slice < networkSize[0]; slice++) {
      float[] values = new float[Math.toIntExact(networkSlice())];
      probability.position(slice * networkSlice()).get(values);
      probabilities.add(values);
    }
    List<byte[]> masks = new ArrayList<>();
    for (int slice = 0; slice < stored.slices().size(); slice++) {
      byte[] values = new byte[stored.grid().sliceSize()];
      mask.position((long) slice * values.length).get(values);
      masks.add(values);
    }
    return new CtEngine.Result(probabilities, masks);
  }

  @Override
  public void close() {
    arguments.close();
    voxels.position(0).close();
    slopes.close();
    intercepts.close();
    mask.position(0).close();
    probability.position(0).close();
  }
}
