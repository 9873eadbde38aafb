package ai.pancreas.cli;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.evaluation.ModelEvaluator;
import ai.pancreas.model.Model;
import picocli.CommandLine.Mixin;

/** How a model that is measured is run. */
final class EvaluatorOptions {
  @Mixin private EngineArguments arguments;

  /** Tells of options that make no sense, before any work is done. */
  void check() {
    arguments.engine();
    if (threads() < 1) {
      throw new PancreasException(
          ErrorCode.USAGE, "at least one thread is needed, not " + threads());
    }
  }

  ModelEvaluator open(Model model) {
    return new ModelEvaluator(
        model, arguments.engine(), new EngineOptions(threads(), arguments.precision()));
  }

  private int threads() {
    return arguments.threads().orElseGet(() -> Runtime.getRuntime().availableProcessors());
  }
}
