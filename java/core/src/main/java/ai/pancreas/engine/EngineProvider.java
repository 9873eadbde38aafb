package ai.pancreas.engine;

import ai.pancreas.model.Model;
import java.util.Optional;

/** Makes engines of one kind. Found by {@link java.util.ServiceLoader}; must be cheap to create. */
public interface EngineProvider {

  /** The name by which users ask for it: {@code cpu}, {@code tensorflow}, {@code cuda}. */
  String name();

  /** The place in the order in which {@code auto} tries engines: lower comes first. */
  int order();

  /**
   * Why this engine cannot run a model here, in a few words; empty if it can. Must not load heavy
   * libraries.
   */
  Optional<String> unavailable(Model model);

  /**
   * Whether engines of this kind run on a device that can be lost, or be too small for a CT, after
   * it was opened. {@code auto} then goes on with the next engine.
   */
  default boolean usesDevice() {
    return false;
  }

  /**
   * Builds a segmentation network.
   *
   * @throws ai.pancreas.PancreasException {@code DEVICE} or {@code MODEL}
   */
  Engine open(Model model, EngineOptions options);

  /**
   * Builds a classification network. Asked only where {@link #unavailable} has no objection to one.
   *
   * @throws ai.pancreas.PancreasException {@code DEVICE} or {@code MODEL}
   */
  default ClassificationEngine openClassifier(Model model, EngineOptions options) {
    throw new UnsupportedOperationException(name() + " builds no classification networks");
  }
}
