package ai.pancreas.tensorflow;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.engine.ClassificationEngine;
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
    return switch (model.description().network().type()) {
      case NetworkDescription.SEGMENTATION_2021 -> SliceEngine.open(model, options);
      case NetworkDescription.SEGMENTATION_2024 -> VolumeEngine.open(model, options);
      default -> throw unfit(model, "segmentation");
    };
  }

  @Override
  public ClassificationEngine openClassifier(Model model, EngineOptions options) {
    if (!model.description().network().type().equals(NetworkDescription.CLASSIFICATION_2024)) {
      throw unfit(model, "classification");
    }
    return TensorFlowClassifier.open(model, options);
  }

  private static PancreasException unfit(Model model, String job) {
    return new PancreasException(
        ErrorCode.MODEL,
        "model %s has the network %s, which is none for %s; name another model"
            .formatted(model.description().id(), model.description().network().type(), job));
  }
}
