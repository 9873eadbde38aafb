package ai.pancreas.cli;

import ai.pancreas.train.LearningRateSchedule;
import ai.pancreas.train.LearningRateSchedule.Constant;
import ai.pancreas.train.LearningRateSchedule.CosineDecay;
import ai.pancreas.train.LearningRateSchedule.ReduceOnPlateau;
import ai.pancreas.train.OptimizerOptions;
import picocli.CommandLine.Option;

/** Options that say how the optimizer walks. */
final class ScheduleArguments {
  /** How the learning rate changes. */
  enum Kind {
    CONSTANT,
    PLATEAU,
    COSINE
  }

  @Option(
      names = "--learning-rate",
      paramLabel = "R",
      description =
          "The learning rate, or where it starts, or its peak. Default: ${DEFAULT-VALUE}.")
  private double rate;

  @Option(
      names = "--schedule",
      paramLabel = "NAME",
      defaultValue = "plateau",
      description =
          "How the learning rate changes: constant, plateau (lowered where the validation gets"
              + " no better) or cosine. Default: ${DEFAULT-VALUE}.")
  private Kind kind;

  @Option(
      names = "--plateau-factor",
      paramLabel = "F",
      description = "plateau: what the rate is multiplied by. Default: ${DEFAULT-VALUE}.")
  private double factor;

  @Option(
      names = "--plateau-patience",
      paramLabel = "N",
      defaultValue = "30",
      description = "plateau: epochs that are no better before that. Default: ${DEFAULT-VALUE}.")
  private int patience;

  @Option(
      names = "--plateau-cooldown",
      paramLabel = "N",
      defaultValue = "10",
      description = "plateau: epochs after that which do not count. Default: ${DEFAULT-VALUE}.")
  private int cooldown;

  @Option(
      names = "--warm-up",
      paramLabel = "S",
      defaultValue = "0.02",
      description =
          "cosine: the share of all steps in which the rate rises. Default: ${DEFAULT-VALUE}.")
  private double warmUp;

  @Option(
      names = "--lowest-rate",
      paramLabel = "R",
      defaultValue = "1e-6",
      description = "plateau and cosine: the lowest rate. Default: ${DEFAULT-VALUE}.")
  private double floor;

  @Option(
      names = "--weight-decay",
      paramLabel = "D",
      description = "Decoupled weight decay: Adam becomes AdamW. Default: ${DEFAULT-VALUE}.")
  private double weightDecay;

  @Option(
      names = "--averaging",
      paramLabel = "D",
      defaultValue = "0",
      description =
          "How slowly a running mean of the weights fades, such as 0.999; validation and model get"
              + " the mean. Default: ${DEFAULT-VALUE}, for none.")
  private double averaging;

  private ScheduleArguments(double rate, double factor, double weightDecay) {
    this.rate = rate;
    this.factor = factor;
    this.weightDecay = weightDecay;
  }

  /** With what the reference project trains segmentation with, where nothing is asked for. */
  static ScheduleArguments ofSegmentation() {
    return new ScheduleArguments(1e-3, 0.1, 0);
  }

  /** With what it trains classification with; Keras's weight decay. */
  static ScheduleArguments ofClassification() {
    return new ScheduleArguments(1e-4, 0.5, 0.004);
  }

  /**
   * The learning rate that was asked for.
   *
   * @throws IllegalArgumentException if it makes no sense
   */
  LearningRateSchedule schedule() {
    return switch (kind) {
      case CONSTANT -> new Constant(rate);
      case PLATEAU -> new ReduceOnPlateau(rate, factor, patience, cooldown, floor);
      case COSINE -> new CosineDecay(rate, warmUp, floor);
    };
  }

  /**
   * The optimizer that was asked for.
   *
   * @throws IllegalArgumentException if it makes no sense
   */
  OptimizerOptions optimizer() {
    return OptimizerOptions.adamW(weightDecay, averaging);
  }
}
