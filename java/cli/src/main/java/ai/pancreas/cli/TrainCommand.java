package ai.pancreas.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Training. */
@Command(
    name = "train",
    description = "Trains a network on a cache that prepare made, or draws how trainings went.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    subcommands = {
      TrainSegmentationCommand.class,
      TrainClassificationCommand.class,
      TrainCurvesCommand.class
    },
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  pancreas-ai train segmentation cache -o my-model",
      "  pancreas-ai train classification regions -o my-model",
      "  pancreas-ai train curves my-model -o curves.svg"
    })
final class TrainCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Missing command: segmentation, classification or curves");
  }
}
