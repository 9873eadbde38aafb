package ai.pancreas.engine.cpu;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.engine.Engine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.internal.NativeOwner;
import ai.pancreas.internal.RunWatch;
import ai.pancreas.internal.SliceBuffers;
import ai.pancreas.internal.nativelib.NativeNetwork;
import ai.pancreas.internal.nativelib.Pancreas;
import ai.pancreas.model.Model;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.List;
import java.util.concurrent.CancellationException;

/**
 * A network of the native library. Its weights are packed once; runs share them, and each thread of
 * a run has working memory of its own, which is kept for the next run.
 *
 * <p>Takes slices of any size: inside they are filled up at their ends, with the model's
 * background, to multiples of its pooling factor. The result of a slice is the same, bit for bit,
 * whatever the threads and the slices that it is run with. Direct buffers of native byte order are
 * used as they are, others are copied.
 */
final class CpuEngine extends NativeOwner implements Engine {
  private static final Logger LOG = System.getLogger(CpuEngine.class.getName());

  /**
   * Slices that a thread takes through the network in one call: several groups of 8, so that
   * waiting for the last one costs little.
   */
  private static final int SLICES_PER_THREAD = 32;

  private final NativeNetwork network;
  private final float background;
  private final int threads;

  private CpuEngine(NativeNetwork network, float background, int threads) {
    this.network = network;
    this.background = background;
    this.threads = threads;
  }

  /**
   * Builds a network.
   *
   * @throws PancreasException {@code DEVICE} if memory cannot be had, or this CPU does not have the
   *     instruction set
   */
  static CpuEngine open(Model model, EngineOptions options, CpuOptions cpuOptions) {
    List<Integer> filters = model.description().network().filters();
    FloatBuffer weights = model.concatenatedWeights();
    IntBuffer status = IntBuffer.allocate(1);
    NativeNetwork network =
        Pancreas.pnc_network_create(
            IntBuffer.wrap(filters.stream().mapToInt(Integer::intValue).toArray()),
            filters.size(),
            weights,
            weights.capacity(),
            cpuOptions.convolution().code(),
            cpuOptions.instructionSet(),
            status);
    if (network == null) {
      throw new PancreasException(
          ErrorCode.DEVICE,
          "the native library cannot build the network of %.1f million weights: %s"
              .formatted(weights.capacity() / 1e6, statusText(status.get(0))));
    }
    LOG.log(
        Level.DEBUG,
        "native network, {0}, {1}",
        Pancreas.pnc_network_instruction_set(network).getString(),
        cpuOptions.convolution());
    float background = (float) model.description().preprocessing().background();
    return new CpuEngine(network, background, options.threads());
  }

  @Override
  public String name() {
    return CpuEngineProvider.NAME;
  }

  @Override
  public int preferredSlices() {
    return SLICES_PER_THREAD * threads;
  }

  /**
   * As {@link Engine#run}, for slices of any size.
   *
   * @throws PancreasException {@code DEVICE} if memory cannot be had; {@code BAD_DATA} if the input
   *     holds a NaN or an infinity; {@code MODEL} if the network computes one
   * @throws IllegalStateException if this engine is closed
   */
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
      runNative(buffers.input(), slices, rows, columns, buffers.result(), watch);
    }
    buffers.finish();
  }

  private void runNative(
      FloatBuffer input,
      int slices,
      int rows,
      int columns,
      FloatBuffer probability,
      RunWatch watch) {
    use(
        () -> {
          int status =
              Pancreas.pnc_network_run(
                  network,
                  input,
                  slices,
                  rows,
                  columns,
                  background,
                  probability,
                  threads,
                  watch.progress(),
                  watch.cancel());
          if (status == Pancreas.PNC_CANCELLED) {
            throw new CancellationException("cancelled");
          }
          if (status != Pancreas.PNC_OK) {
            throw failure(status, rows, columns);
          }
          return status;
        });
  }

  private PancreasException failure(int status, int rows, int columns) {
    String text = statusText(status);
    return switch (status) {
      case Pancreas.PNC_INPUT_NOT_FINITE ->
          new PancreasException(ErrorCode.BAD_DATA, "the network cannot take this CT: " + text);
      case Pancreas.PNC_RESULT_NOT_FINITE ->
          new PancreasException(
              ErrorCode.MODEL, text + "; the model's weights do not fit the CT's values");
      case Pancreas.PNC_OUT_OF_MEMORY ->
          new PancreasException(
              ErrorCode.DEVICE,
              "engine cpu needs %d MB of memory for slices of %d x %d with %d threads and cannot"
                      .formatted(
                          Pancreas.pnc_network_bytes(network, rows, columns, threads) / 1_000_000,
                          rows,
                          columns,
                          threads)
                  + " have it; use fewer threads");
      default ->
          new PancreasException(
              ErrorCode.DEVICE,
              "engine cpu failed on slices of %d x %d: %s".formatted(rows, columns, text));
    };
  }

  private static String statusText(int status) {
    return Pancreas.pnc_status_text(status).getString();
  }

  @Override
  protected void free() {
    Pancreas.pnc_network_destroy(network);
    network.setNull();
  }
}
