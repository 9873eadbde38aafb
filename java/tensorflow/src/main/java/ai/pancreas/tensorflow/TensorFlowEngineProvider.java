package ai.pancreas.tensorflow;

import ai.pancreas.engine.ClassificationEngine;
import ai.pancreas.engine.Engine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.engine.EngineProvider;
import ai.pancreas.model.Model;
import ai.pancreas.model.NetworkDescription;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.javacpp.Loader;

/** Makes engines on TensorFlow, whose native library is not loaded before the first one. */
public final class TensorFlowEngineProvider implements EngineProvider {

  /** The name of the engine. */
  static final String NAME = "tensorflow";

  private static final Set<String> NETWORKS =
      Set.of(
          NetworkDescription.SEGMENTATION_2021,
          NetworkDescription.SEGMENTATION_2024,
          NetworkDescription.CLASSIFICATION_2024);

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
    if (!NETWORKS.contains(type)) {
      return Optional.of("it cannot build the network " + type);
    }
    return missing("org/tensorflow/internal/c_api", "jnitensorflow")
        .map(
            classifier -> "add org.tensorflow:tensorflow-core-native with classifier " + classifier)
        .or(
            () ->
                missing("org/bytedeco/javacpp", "jnijavacpp")
                    .map(classifier -> "add org.bytedeco:javacpp with classifier " + classifier))
        .map(remedy -> "a native library is not on the class path; " + remedy);
  }

  /** The classifier of the jar that should bring a native library along and is not there. */
  private static Optional<String> missing(String folder, String library) {
    String platform = Loader.getPlatform();
    String file = folder + "/" + platform + "/" + System.mapLibraryName(library);
    return TensorFlowEngineProvider.class.getClassLoader().getResource(file) == null
        ? Optional.of(platform)
        : Optional.empty();
  }

  @Override
  public Engine open(Model model, EngineOptions options) {
    return model.description().network().isVolumetric()
        ? VolumeEngine.open(model, options)
        : SliceEngine.open(model, options);
  }

  @Override
  public ClassificationEngine openClassifier(Model model, EngineOptions options) {
    return TensorFlowClassifier.open(model, options);
  }
}
