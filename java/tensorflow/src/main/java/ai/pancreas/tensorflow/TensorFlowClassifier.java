package ai.pancreas.tensorflow;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.engine.ClassificationEngine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.model.Model;
import ai.pancreas.model.NetworkDescription;
import ai.pancreas.model.Weights;
import java.nio.FloatBuffer;
import java.util.List;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/**
 * {@code classification-2024} as a TensorFlow graph of constants, in a session that all calls
 * share.
 */
final class TensorFlowClassifier implements ClassificationEngine {
  private final GuardedSession session;
  private final Classification2024Graph<TFloat32> network;
  private final Shape shape;

  private TensorFlowClassifier(
      GuardedSession session, Classification2024Graph<TFloat32> network, List<Integer> size) {
    this.session = session;
    this.network = network;
    this.shape = Shape.of(1, size.get(0), size.get(1), size.get(2), 1);
  }

  /**
   * Builds a network.
   *
   * @throws PancreasException {@code DEVICE} if TensorFlow fails
   */
  static TensorFlowClassifier open(Model model, EngineOptions options) {
    NetworkDescription description = model.description().network();
    Weights weights = FoldedNormalization.fold(description, model.weights());
    return GuardedSession.open(
        tf ->
            new Classification2024Graph<>(
                tf,
                TFloat32.class,
                description,
                Parameters.constants(tf, weights),
                FoldedNormalization.normalizer(tf)),
        options.threads(),
        (session, network) -> new TensorFlowClassifier(session, network, description.inputSize()));
  }

  @Override
  public String name() {
    return TensorFlowEngineProvider.NAME;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the region is too small
   */
  @Override
  public double probability(FloatBuffer region) {
    if (region.remaining() < shape.size()) {
      throw new IllegalArgumentException(
          "%d values are needed; the region holds %d".formatted(shape.size(), region.remaining()));
    }
    float[] probability = new float[1];
    session.run(open -> run(open, region, probability));
    if (!Float.isFinite(probability[0])) {
      throw new PancreasException(
          ErrorCode.MODEL,
          "the network gives no number for this region; check its weights, or take another model");
    }
    return probability[0];
  }

  private void run(Session open, FloatBuffer region, float[] probability) {
    try (TFloat32 tensor = FloatTensors.of(region, shape);
        Result result =
            open.runner()
                .feed(network.input().op().name(), tensor)
                .fetch(network.probability().op().name())
                .run()) {
      probability[0] = ((TFloat32) result.get(0)).getFloat(0);
    } catch (RuntimeException | OutOfMemoryError e) {
      throw TensorFlowRuntime.failure(
          "TensorFlow failed on a region of %d x %d x %d"
              .formatted(shape.get(1), shape.get(2), shape.get(3)),
          e);
    }
  }

  @Override
  public void close() {
    session.close();
  }
}
