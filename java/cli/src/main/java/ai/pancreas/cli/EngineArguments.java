package ai.pancreas.cli;

import ai.pancreas.engine.Engines;
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

  /** The engine's name; one that is not there is told at once. */
  String engine() {
    new Engines().requireKnown(engine);
    return engine;
  }

  /** The threads that were asked for. */
  Optional<Integer> threads() {
    return Optional.ofNullable(threads);
  }
}
