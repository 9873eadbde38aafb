package ai.pancreas.cli;

import ai.pancreas.model.ModelDescription;
import ai.pancreas.train.ModelLabel;
import java.util.List;
import picocli.CommandLine.Option;

/** Options that say what a trained model says of itself. */
final class ModelLabelArguments {
  @Option(
      names = "--id",
      paramLabel = "ID",
      defaultValue = "trained",
      description = "The model's id. Default: ${DEFAULT-VALUE}.")
  private String id;

  @Option(
      names = "--title",
      paramLabel = "TEXT",
      defaultValue = "A network trained by pancreas-ai",
      description = "The model's title. Default: ${DEFAULT-VALUE}.")
  private String title;

  @Option(
      names = "--licence",
      paramLabel = "NAME",
      defaultValue = ModelDescription.NO_LICENCE,
      description =
          "The licence of the weights, as SPDX spells it. Default: the initial model's, if there is"
              + " one, else ${DEFAULT-VALUE}, nobody stated one.")
  private String licence;

  @Option(
      names = "--credit",
      paramLabel = "TEXT",
      description =
          "Whose data are in it; those of an initial model are kept. Can be given several times.")
  private List<String> credits = List.of();

  /**
   * What was asked for.
   *
   * @throws IllegalArgumentException if it makes no sense
   */
  ModelLabel label() {
    return new ModelLabel(id, title, licence, credits);
  }
}
