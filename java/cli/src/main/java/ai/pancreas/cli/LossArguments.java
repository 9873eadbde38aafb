package ai.pancreas.cli;

import ai.pancreas.train.LossOptions;
import java.util.List;
import picocli.CommandLine.Option;

/** Options that say what training minimises. */
final class LossArguments {
  @Option(
      names = "--foreground-weight",
      paramLabel = "W",
      defaultValue = "7",
      description =
          "How much more pancreas counts than background in the cross-entropy. Default:"
              + " ${DEFAULT-VALUE}.")
  private double foregroundWeight;

  @Option(
      names = "--cross-entropy",
      paramLabel = "F",
      defaultValue = "1",
      description = "Factor of the cross-entropy in the loss. Default: ${DEFAULT-VALUE}.")
  private double crossEntropy;

  @Option(
      names = "--soft-dice",
      paramLabel = "F",
      defaultValue = "0",
      description = "Factor of soft Dice in the loss. Default: ${DEFAULT-VALUE}.")
  private double softDice;

  @Option(
      names = "--weighted-dice",
      paramLabel = "F",
      defaultValue = "0",
      description = "Factor of weighted (generalised) Dice in the loss. Default: ${DEFAULT-VALUE}.")
  private double weightedDice;

  @Option(
      names = "--deep-supervision",
      paramLabel = "F",
      split = ",",
      description =
          "Factors of the loss of each decoder level's own map, deepest first. Default: none.")
  private List<Double> deepSupervision = List.of();

  /**
   * What was asked for.
   *
   * @throws IllegalArgumentException if it makes no sense
   */
  LossOptions options() {
    return new LossOptions(foregroundWeight, crossEntropy, softDice, weightedDice, deepSupervision);
  }
}
