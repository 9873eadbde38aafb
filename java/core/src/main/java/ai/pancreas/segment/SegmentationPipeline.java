package ai.pancreas.segment;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import ai.pancreas.engine.CtEngine;
import ai.pancreas.engine.Engine;
import ai.pancreas.internal.DirectFloats;
import ai.pancreas.internal.ParallelFor;
import ai.pancreas.kernel.Kernels;
import ai.pancreas.kernel.Size3;
import ai.pancreas.model.ModelDescription;
import ai.pancreas.model.Preprocessing;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Mask;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * From a CT to a probability, and from a probability to a mask.
 *
 * <p>Beyond the CT it needs 4 bytes a value of the network's grid for the probability, one byte a
 * voxel for the mask, and what the engine takes for one group of slices. Immutable and thread-safe.
 */
public final class SegmentationPipeline {
  /** Values of a group of slices: 16 MB. */
  private static final int GROUP_VALUES = 4 << 20;

  private final ModelDescription description;
  private final Engine engine;
  private final Kernels kernels;
  private final int threads;

  /** A pipeline around an engine that was opened for this model; the caller closes the engine. */
  public SegmentationPipeline(
      ModelDescription description, Engine engine, Kernels kernels, int threads) {
    this.description = description;
    this.engine = engine;
    this.kernels = kernels;
    this.threads = threads;
  }

  /**
   * What became of a CT.
   *
   * @param probability on the network's grid and the CT's
   * @param mask on the CT's grid
   * @param network the time of pre-processing and network; of everything where one step does it all
   * @param masking the time from probability to mask; 0 where one step does it all
   */
  public record Result(ProbabilityMap probability, Mask mask, Duration network, Duration masking) {}

  /**
   * From a CT to its mask: by the engine as a whole, where it can, else step by step.
   *
   * @throws PancreasException {@code BAD_DATA}, {@code DEVICE}, {@code MODEL}
   * @throws java.util.concurrent.CancellationException if the monitor cancels
   */
  public Result segment(CtVolume volume, double threshold, boolean keepLargest, Monitor monitor) {
    long start = System.nanoTime();
    Optional<CtEngine.Result> whole =
        engine instanceof CtEngine ctEngine
            ? ctEngine.segment(
                volume,
                description.preprocessing(),
                description.postprocessing(),
                threshold,
                monitor)
            : Optional.empty();
    if (whole.isPresent()) {
      ProbabilityMap probability = map(volume, whole.get().probability());
      Mask mask = mask(volume.grid(), whole.get().mask(), keepLargest, monitor);
      return new Result(
          probability, mask, Duration.ofNanos(System.nanoTime() - start), Duration.ZERO);
    }
    ProbabilityMap probability = probability(volume, monitor);
    long network = System.nanoTime();
    Mask mask = mask(probability, threshold, keepLargest, monitor);
    long end = System.nanoTime();
    return new Result(
        probability, mask, Duration.ofNanos(network - start), Duration.ofNanos(end - network));
  }

  /**
   * Runs pre-processing and the network.
   *
   * @throws PancreasException {@code BAD_DATA}, {@code DEVICE}
   * @throws java.util.concurrent.CancellationException if the monitor cancels
   */
  public ProbabilityMap probability(CtVolume volume, Monitor monitor) {
    NetworkInput input =
        NetworkInput.of(volume, description.preprocessing(), kernels, threads, monitor);
    Size3 size = input.size();
    int sliceSize = size.y() * size.x();
    int group =
        description.network().isVolumetric()
            ? size.z()
            : group(engine.preferredSlices(), sliceSize, size.z());
    FloatBuffer groupInput = DirectFloats.allocate((long) group * sliceSize);
    FloatBuffer groupOutput = DirectFloats.allocate((long) group * sliceSize);
    List<float[]> probability = new ArrayList<>(size.z());
    for (int first = 0; first < size.z(); first += group) {
      monitor.throwIfCancelled();
      int start = first;
      int count = Math.min(group, size.z() - first);
      ParallelFor.run(
          Stage.NETWORK,
          count,
          threads,
          monitor.withoutProgress(),
          () -> {
            NetworkInput.Workspace workspace = input.new Workspace();
            float[] slice = new float[sliceSize];
            return i -> {
              workspace.readSlice(start + i, slice);
              groupInput.slice(i * sliceSize, sliceSize).put(slice);
            };
          });
      engine.run(
          groupInput, count, size.y(), size.x(), groupOutput, new Part(monitor, first, size.z()));
      for (int i = 0; i < count; i++) {
        float[] slice = new float[sliceSize];
        groupOutput.get(i * sliceSize, slice);
        checkFinite(slice, start + i);
        probability.add(slice);
      }
      monitor.progress(Stage.NETWORK, first + count, size.z());
    }
    return map(volume, probability);
  }

  /** The probability that the network gave for the slices of its grid. */
  private ProbabilityMap map(CtVolume volume, List<float[]> probability) {
    Preprocessing preprocessing = description.preprocessing();
    return new ProbabilityMap(
        volume.grid(),
        preprocessing.orientation(),
        probability,
        NetworkInput.networkSize(
            volume.reorientedTo(preprocessing.orientation()).grid(), preprocessing),
        description.postprocessing().filters(),
        kernels);
  }

  /** As many slices as the engine likes, but few of large ones: they are held twice. */
  private static int group(int preferred, int sliceSize, int slices) {
    int affordable = Math.max(1, GROUP_VALUES / sliceSize);
    return Math.min(Math.min(preferred, affordable), slices);
  }

  /**
   * The mask of a probability: voxels above the threshold, and of those the largest component where
   * that is asked for.
   */
  public Mask mask(
      ProbabilityMap probability, double threshold, boolean keepLargest, Monitor monitor) {
    Grid grid = probability.grid();
    byte[][] slices = new byte[grid.nz()][];
    ParallelFor.run(
        Stage.MASK,
        grid.nz(),
        threads,
        monitor,
        () -> {
          ProbabilityMap.Workspace workspace = probability.new Workspace();
          return z -> {
            slices[z] = new byte[grid.sliceSize()];
            workspace.readMask(z, threshold, slices[z]);
          };
        });
    return mask(grid, Arrays.asList(slices), keepLargest, monitor);
  }

  private Mask mask(Grid grid, List<byte[]> slices, boolean keepLargest, Monitor monitor) {
    if (keepLargest) {
      monitor.throwIfCancelled();
      List<ByteBuffer> views = slices.stream().map(ByteBuffer::wrap).toList();
      kernels.keepLargestComponent(views, grid.ny(), grid.nx(), threads);
    }
    return new Mask(grid, slices);
  }

  private void checkFinite(float[] slice, int z) {
    for (float value : slice) {
      if (!Float.isFinite(value)) {
        throw new PancreasException(
            ErrorCode.MODEL,
            "model "
                + description.id()
                + " gives no finite probability in slice "
                + z
                + " of its grid; its weights do not fit the CT's values");
      }
    }
  }

  /** Tells of a part of the slices as of the whole. */
  private record Part(Monitor monitor, int first, int total) implements Monitor {
    @Override
    public void progress(Stage stage, long done, long partTotal) {
      monitor.progress(stage, first + done, total);
    }

    @Override
    public boolean isCancelled() {
      return monitor.isCancelled();
    }
  }
}
