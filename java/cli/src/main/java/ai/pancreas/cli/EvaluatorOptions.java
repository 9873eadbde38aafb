package ai.pancreas.cli;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.engine.Engines;
import ai.pancreas.evaluation.ModelEvaluator;
import ai.pancreas.model.Model;
import picocli.CommandLine.Option;

/** How a model that is measured is run. */
final class EvaluatorOptions {
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

  /** Tells of options that make no sense, before any work is done. */
  void check() {
    new Engines().requireKnown(engine);
    if (threads != null && threads < 1) {
      throw new PancreasException(ErrorCode.USAGE, "at least one thread is needed, not " + threads);
    }
  }

  ModelEvaluator open(Model model) {
    return new ModelEvaluator(
        model, engine, threads == null ? Runtime.getRuntime().availableProcessors() : threads);
  }
}
