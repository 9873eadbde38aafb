package ai.pancreas.cli;

import ai.pancreas.train.Keep;
import picocli.CommandLine.Option;

/** Options that say how long a training goes on, and with what. */
final class LoopArguments {
  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "100",
      description = "How often the data are gone through. Default: ${DEFAULT-VALUE}.")
  private int epochs;

  @Option(
      names = "--validate-every",
      paramLabel = "N",
      defaultValue = "1",
      description = "Epochs from one validation to the next. Default: ${DEFAULT-VALUE}.")
  private int validationInterval;

  @Option(
      names = "--keep",
      paramLabel = "NAME",
      defaultValue = "best",
      description =
          "Which weights the model gets: best, of the epoch with the best validation, or last."
              + " Default: ${DEFAULT-VALUE}.")
  private Keep keep;

  @Option(
      names = "--early-stop",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Stop after so many epochs without a better validation; 0 for never. Default:"
              + " ${DEFAULT-VALUE}.")
  private int earlyStop;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Of the first weights, the batches and the augmentation. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of the network; 1 repeats to the bit. Default: all processors.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--batch-threads",
      paramLabel = "N",
      description = "Threads that make batches. Default: a quarter of the processors.")
  private int batchThreads = Math.max(1, Runtime.getRuntime().availableProcessors() / 4);

  int epochs() {
    return epochs;
  }

  int validationInterval() {
    return validationInterval;
  }

  Keep keep() {
    return keep;
  }

  int earlyStop() {
    return earlyStop;
  }

  long seed() {
    return seed;
  }

  int threads() {
    return threads;
  }

  int batchThreads() {
    return batchThreads;
  }
}
