package ai.pancreas.cli;

import ai.pancreas.Segmenter;
import ai.pancreas.engine.Engines;
import ai.pancreas.model.ModelRepository;
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

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      defaultValue = Engines.AUTO,
      description = "What runs the network: auto, or an engine by name. Default: ${DEFAULT-VALUE}.")
  private String engine;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads to use. Default: all processors.")
  private Integer threads;

  /** A segmenter of any model; an engine that is not there is told at once. */
  Segmenter.Builder builder() {
    new Engines().requireKnown(engine);
    Segmenter.Builder builder = Segmenter.builder().engine(engine);
    return threads == null ? builder : builder.threads(threads);
  }

  /** Starts to load the model; one that is not there is told at once. */
  LoadingModel loadModel() {
    ModelsFolder.usualRepository().describe(model);
    return new LoadingModel(model);
  }
}
