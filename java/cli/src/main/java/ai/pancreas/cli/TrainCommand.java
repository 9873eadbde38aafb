package ai.pancreas.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Training. */
@Command(
    name = "train",
    description = "Trains a network on a cache that prepare made.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    subcommands = TrainSegmentationCommand.class,
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {"  pancreas-ai train segmentation cache -o my-model"})
final class TrainCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command: segmentation");
  }
}
