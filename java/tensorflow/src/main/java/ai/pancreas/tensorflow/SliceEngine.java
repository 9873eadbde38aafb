package ai.pancreas.tensorflow;

import ai.pancreas.Monitor;
import ai.pancreas.engine.Engine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.model.Model;
import ai.pancreas.model.NetworkDescription;
import java.nio.FloatBuffer;
import org.tensorflow.types.TFloat32;

/**
 * {@code segmentation-2021} as a TensorFlow graph of constants, in a session that all calls share.
 *
 * <p>A call streams its slices in groups, so that memory does not grow with their number.
 */
final class SliceEngine implements Engine {
  private final GuardedSession session;
  private final Segmentation2021Graph<TFloat32> network;
  private final int sizeMultiple;

  private SliceEngine(
      GuardedSession session, Segmentation2021Graph<TFloat32> network, int sizeMultiple) {
    this.session = session;
    this.network = network;
    this.sizeMultiple = sizeMultiple;
  }

  /**
   * Builds a network.
   *
   * @throws ai.pancreas.PancreasException {@code DEVICE} if TensorFlow fails
   */
  static SliceEngine open(Model model, EngineOptions options) {
    NetworkDescription description = model.description().network();
    return GuardedSession.open(
        tf ->
            new Segmentation2021Graph<>(
                tf,
                TFloat32.class,
                description.filters(),
                Parameters.constants(tf, model.weights())),
        options.threads(),
        (session, network) -> new SliceEngine(session, network, description.sizeMultiple()));
  }

  @Override
  public String name() {
    return TensorFlowEngineProvider.NAME;
  }

  @Override
  public int preferredSlices() {
    return SliceInference.GROUP;
  }

  @Override
  public void run(
      FloatBuffer input,
      int slices,
      int rows,
      int columns,
      FloatBuffer probability,
      Monitor monitor) {
    session.run(
        open ->
            new SliceInference(open, network, sizeMultiple)
                .run(input, slices, rows, columns, probability, monitor));
  }

  @Override
  public void close() {
    session.close();
  }
}
