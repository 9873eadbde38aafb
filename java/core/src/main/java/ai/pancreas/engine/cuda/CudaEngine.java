package ai.pancreas.engine.cuda;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.engine.CtEngine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.engine.Precision;
import ai.pancreas.internal.NativeOwner;
import ai.pancreas.internal.RunWatch;
import ai.pancreas.internal.SliceBuffers;
import ai.pancreas.internal.nativelib.NativeCudaNetwork;
import ai.pancreas.internal.nativelib.Pancreas;
import ai.pancreas.internal.nativelib.PancreasCuda;
import ai.pancreas.model.Model;
import ai.pancreas.model.Postprocessing;
import ai.pancreas.model.Preprocessing;
import ai.pancreas.volume.CtVolume;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.IntSupplier;

/**
 * A network in the memory of a GPU. Runs at once have working memory of their own there, which is
 * kept for the next run.
 *
 * <p>Takes slices of any size, as the engine {@code cpu} does, and whole CTs of stored 16-bit
 * numbers.
 */
final class CudaEngine extends NativeOwner implements CtEngine {
  private final NativeCudaNetwork network;
  private final Precision precision;
  private final float background;
  private final int threads;

  private CudaEngine(
      NativeCudaNetwork network, Precision precision, float background, int threads) {
    this.network = network;
    this.precision = precision;
    this.background = background;
    this.threads = threads;
  }

  /**
   * Builds a network.
   *
   * @throws PancreasException {@code DEVICE} if the GPU or its memory is not to be had
   */
  static CudaEngine open(Model model, EngineOptions options) {
    List<Integer> filters = model.description().network().filters();
    FloatBuffer weights = model.concatenatedWeights();
    IntBuffer status = IntBuffer.allocate(1);
    NativeCudaNetwork network =
        PancreasCuda.pnc_cuda_network_create(
            IntBuffer.wrap(filters.stream().mapToInt(Integer::intValue).toArray()),
            filters.size(),
            weights,
            weights.capacity(),
            code(options.precision()),
            CudaLibrary.DEVICE,
            0,
            status);
    if (network == null) {
      throw new PancreasException(
          ErrorCode.DEVICE,
          "the GPU cannot take the network of %.1f million weights: %s; engine cpu does without a GPU"
              .formatted(weights.capacity() / 1e6, CudaLibrary.text(status.get(0))));
    }
    return new CudaEngine(
        network,
        options.precision(),
        (float) model.description().preprocessing().background(),
        options.threads());
  }

  private static int code(Precision precision) {
    return switch (precision) {
      case FLOAT32 -> PancreasCuda.PNC_PRECISION_FLOAT32;
      case TF32 -> PancreasCuda.PNC_PRECISION_TF32;
      case FLOAT16 -> PancreasCuda.PNC_PRECISION_FLOAT16;
    };
  }

  @Override
  public String name() {
    return CudaEngineProvider.NAME;
  }

  @Override
  public int preferredSlices() {
    return Integer.MAX_VALUE;
  }

  @Override
  public void run(
      FloatBuffer input,
      int slices,
      int rows,
      int columns,
      FloatBuffer probability,
      Monitor monitor) {
    SliceBuffers buffers = new SliceBuffers(input, slices, rows, columns, probability);
    try (RunWatch watch = new RunWatch(monitor, slices)) {
      call(
          () ->
              PancreasCuda.pnc_cuda_network_run(
                  network,
                  buffers.input(),
                  slices,
                  rows,
                  columns,
                  background,
                  buffers.result(),
                  watch.progress(),
                  watch.cancel()));
    }
    buffers.finish();
  }

  @Override
  public Optional<Result> segment(
      CtVolume ct,
      Preprocessing preprocessing,
      Postprocessing postprocessing,
      double threshold,
      Monitor monitor) {
    if (!CudaVolume.canHold(ct, preprocessing)) {
      return Optional.empty();
    }
    try (CudaVolume volume = new CudaVolume(ct, preprocessing, postprocessing, threshold)) {
      try (RunWatch watch = new RunWatch(monitor, volume.slices())) {
        call(
            () ->
                PancreasCuda.pnc_cuda_volume_run(
                    network, volume.arguments(), threads, watch.progress(), watch.cancel()));
      }
      return Optional.of(volume.result());
    }
  }

  private void call(IntSupplier run) {
    // The text of a failure belongs to this thread's last call.
    int status = use(run::getAsInt);
    switch (status) {
      case Pancreas.PNC_OK -> {}
      case Pancreas.PNC_CANCELLED -> throw new CancellationException("cancelled");
      case Pancreas.PNC_INPUT_NOT_FINITE ->
          throw new PancreasException(
              ErrorCode.BAD_DATA, "the network cannot take this CT: " + CudaLibrary.text(status));
      case Pancreas.PNC_RESULT_NOT_FINITE ->
          throw new PancreasException(
              ErrorCode.MODEL,
              CudaLibrary.text(status)
                  + (precision == Precision.FLOAT16
                      ? "; numbers in float16 end at 65504, use precision tf32"
                      : "; the model's weights do not fit the CT's values"));
      case PancreasCuda.PNC_NO_RANGE ->
          throw new PancreasException(
              ErrorCode.BAD_DATA,
              "all voxels of the CT have the same value; check that this is the series you mean");
      default ->
          throw new PancreasException(
              ErrorCode.DEVICE,
              "the GPU failed: " + CudaLibrary.text(status) + "; engine cpu does without a GPU");
    }
  }

  @Override
  protected void free() {
    PancreasCuda.pnc_cuda_network_destroy(network);
    network.setNull();
  }
}
