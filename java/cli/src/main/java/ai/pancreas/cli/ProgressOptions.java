package ai.pancreas.cli;

import picocli.CommandLine.Option;

/** Options of every command that may take a while. */
final class ProgressOptions {
  /** How progress is shown. */
  enum Mode {
    AUTO,
    BAR,
    JSON,
    NONE
  }

  @Option(
      names = "--progress",
      paramLabel = "MODE",
      defaultValue = "auto",
      description =
          "How progress is shown on standard error: auto (a bar if it is a terminal), bar, json (one"
              + " object a line) or none. Default: ${DEFAULT-VALUE}.")
  private Mode mode;

  @Option(names = "--quiet", description = "Print nothing but the result and errors.")
  private boolean quiet;

  /** Starts to show the progress of a command. */
  Progress start() {
    if (quiet) {
      StderrLoggerFinder.showFrom(System.Logger.Level.ERROR);
      return new Progress(ProgressView.NONE, Cancellation.PROCESS);
    }
    if (mode == Mode.JSON) {
      StderrLoggerFinder.format(StderrLoggerFinder.LogFormat.JSON);
    }
    return new Progress(view(), Cancellation.PROCESS);
  }

  private ProgressView view() {
    return switch (mode) {
      case AUTO -> Stderr.isTerminal() ? new ProgressBar(Stderr.PROCESS) : ProgressView.NONE;
      case BAR -> new ProgressBar(Stderr.PROCESS);
      case JSON -> new ProgressJson(Stderr.PROCESS);
      case NONE -> ProgressView.NONE;
    };
  }
}
