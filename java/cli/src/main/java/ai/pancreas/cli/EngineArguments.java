package ai.pancreas.cli;

import ai.pancreas.engine.EngineOptions;
import ai.pancreas.engine.Engines;
import ai.pancreas.engine.Precision;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What runs the network, and with how many threads. */
final class EngineArguments {
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

  @Option(
      names = "--precision",
      paramLabel = "NAME",
      description =
          "How a GPU multiplies: float32, tf32 or float16, each faster than the one before; the"
              + " engine cuda alone looks at it. Default: float16.")
  private Precision precision;

  /** The engine's name; one that is not there is told at once. */
  String engine() {
    new Engines().requireKnown(engine);
    return engine;
  }

  /** The threads that were asked for. */
  Optional<Integer> threads() {
    return Optional.ofNullable(threads);
  }

  /** The precision that was asked for, or else the usual one. */
  Precision precision() {
    return precision == null ? EngineOptions.DEFAULT_PRECISION : precision;
  }
}
