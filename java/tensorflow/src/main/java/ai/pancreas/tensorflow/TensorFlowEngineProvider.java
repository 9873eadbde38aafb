package ai.pancreas.tensorflow;

import ai.pancreas.engine.Engine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.engine.EngineProvider;
import ai.pancreas.model.Model;
import ai.pancreas.model.NetworkDescription;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;

/** Makes engines on TensorFlow, whose native library is not loaded before the first one. */
public final class TensorFlowEngineProvider implements EngineProvider {

  /** The name of the engine. */
  static final String NAME = "tensorflow";

  /** For {@link java.util.ServiceLoader}. */
  public TensorFlowEngineProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int order() {
    return 100;
  }

  @Override
  public Optional<String> unavailable(Model model) {
    String type = model.description().network().type();
    if (!type.equals(NetworkDescription.SEGMENTATION_2021)) {
      return Optional.of("it cannot build the network " + type);
    }
    String platform = Loader.getPlatform();
    String natives = "org/tensorflow/internal/c_api/" + platform;
    if (TensorFlowEngineProvider.class.getClassLoader().getResource(natives) == null) {
      return Optional.of(
          "its native library is not on the class path; add"
              + " org.tensorflow:tensorflow-core-native with classifier "
              + platform);
    }
    return Optional.empty();
  }

  @Override
  public Engine open(Model model, EngineOptions options) {
    TensorFlowRuntime.load();
    return TensorFlowEngine.open(model, options);
  }
}
