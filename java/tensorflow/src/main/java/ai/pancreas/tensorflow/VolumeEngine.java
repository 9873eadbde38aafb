package ai.pancreas.tensorflow;

import ai.pancreas.Monitor;
import ai.pancreas.Stage;
import ai.pancreas.engine.Engine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.model.Model;
import ai.pancreas.model.NetworkDescription;
import ai.pancreas.model.Weights;
import java.nio.FloatBuffer;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/**
 * {@code segmentation-2024} as a TensorFlow graph of constants, in a session that all calls share.
 *
 * <p>A call takes a whole volume through the network at once.
 */
final class VolumeEngine implements Engine {
  private final GuardedSession session;
  private final Segmentation2024Graph<TFloat32> network;
  private final int sizeMultiple;

  private VolumeEngine(
      GuardedSession session, Segmentation2024Graph<TFloat32> network, int sizeMultiple) {
    this.session = session;
    this.network = network;
    this.sizeMultiple = sizeMultiple;
  }

  /**
   * Builds a network.
   *
   * @throws ai.pancreas.PancreasException {@code DEVICE} if TensorFlow fails
   */
  static VolumeEngine open(Model model, EngineOptions options) {
    NetworkDescription description = model.description().network();
    Weights weights = FoldedNormalization.fold(description, model.weights());
    return GuardedSession.open(
        tf ->
            new Segmentation2024Graph<>(
                tf,
                TFloat32.class,
                description.filters(),
                Parameters.constants(tf, weights),
                FoldedNormalization.normalizer(tf)),
        options.threads(),
        (session, network) -> new VolumeEngine(session, network, description.sizeMultiple()));
  }

  @Override
  public String name() {
    return TensorFlowEngineProvider.NAME;
  }

  /** All slices there are: they make one volume. */
  @Override
  public int preferredSlices() {
    return Integer.MAX_VALUE;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the sizes do not fit the network or the buffers
   */
  @Override
  public void run(
      FloatBuffer input,
      int slices,
      int rows,
      int columns,
      FloatBuffer probability,
      Monitor monitor) {
    check(input, slices, rows, columns, probability);
    monitor.throwIfCancelled();
    session.run(open -> run(open, input, Shape.of(1, slices, rows, columns, 1), probability));
    monitor.progress(Stage.NETWORK, slices, slices);
  }

  private void run(Session open, FloatBuffer input, Shape shape, FloatBuffer probability) {
    try (TFloat32 tensor = FloatTensors.of(input, shape);
        Result result =
            open.runner()
                .feed(network.input().op().name(), tensor)
                .fetch(network.probability().op().name())
                .run()) {
      FloatTensors.copy((TFloat32) result.get(0), probability);
    } catch (RuntimeException | OutOfMemoryError e) {
      throw TensorFlowRuntime.failure(
          "TensorFlow failed on a volume of %d x %d x %d"
              .formatted(shape.get(1), shape.get(2), shape.get(3)),
          e);
    }
  }

  private void check(
      FloatBuffer input, int slices, int rows, int columns, FloatBuffer probability) {
    for (int size : new int[] {slices, rows, columns}) {
      if (size < 1 || size % sizeMultiple != 0) {
        throw new IllegalArgumentException(
            "slices, rows and columns must be multiples of %d: %d x %d x %d"
                .formatted(sizeMultiple, slices, rows, columns));
      }
    }
    // As double, which cannot overflow.
    double needed = (double) slices * rows * columns;
    if (input.remaining() < needed || probability.remaining() < needed) {
      throw new IllegalArgumentException(
          "%d x %d x %d values are needed; the input holds %d, the output %d"
              .formatted(slices, rows, columns, input.remaining(), probability.remaining()));
    }
  }

  @Override
  public void close() {
    session.close();
  }
}
