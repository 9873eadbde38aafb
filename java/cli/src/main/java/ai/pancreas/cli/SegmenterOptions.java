package ai.pancreas.cli;

import ai.pancreas.Segmenter;
import ai.pancreas.model.ModelRepository;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that say what segments. */
final class SegmenterOptions {
  @Option(
      names = "--model",
      paramLabel = "MODEL",
      defaultValue = ModelRepository.DEFAULT_ID,
      description =
          "A model's id (models list shows them), a folder with a model.json, a zip of one, or a"
              + " Keras weights file. Default: ${DEFAULT-VALUE}.")
  private String model;

  @Mixin private EngineArguments arguments;

  /** A segmenter of any model; an engine that is not there is told at once. */
  Segmenter.Builder builder() {
    Segmenter.Builder builder =
        Segmenter.builder().engine(arguments.engine()).precision(arguments.precision());
    return arguments.threads().map(builder::threads).orElse(builder);
  }

  /** A segmenter of the model, which it loads itself; a model that is not there is told at once. */
  Segmenter.Builder builderWithModel() {
    ModelRepository repository = ModelsFolder.usualRepository();
    repository.describe(model);
    return builder().model(() -> repository.find(model));
  }

  /** The threads that were asked for, or else all processors. */
  int threads() {
    return arguments.threads().orElseGet(() -> Runtime.getRuntime().availableProcessors());
  }

  /** Starts to load the model; one that is not there is told at once. */
  LoadingModel loadModel() {
    ModelsFolder.usualRepository().describe(model);
    return new LoadingModel(model);
  }
}
