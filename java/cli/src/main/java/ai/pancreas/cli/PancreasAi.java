package ai.pancreas.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command that holds the others. */
@Command(
    name = "pancreas-ai",
    description =
        "Finds the pancreas in abdominal CT, and classifies it. Research use only, not a medical"
            + " device.",
    subcommands = {
      SegmentCommand.class,
      ClassifyCommand.class,
      InfoCommand.class,
      EvaluateCommand.class,
      ModelsCommand.class,
      PrepareCommand.class,
      TrainCommand.class,
      PhantomCommand.class,
      DemoCommand.class,
      BenchCommand.class
    },
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    footerHeading = "%nExamples:%n",
    footer = {
      "  pancreas-ai demo",
      "  pancreas-ai segment ct-folder -o pancreas.nii.gz",
      "  pancreas-ai COMMAND --help",
      "",
      "Exit codes: 0 ok, 1 internal, 2 usage, 3 no CT series, 4 bad data,",
      "5 ambiguous input, 6 model, 7 device or memory, 8 partly done, 9 output,",
      "10 quality check failed.",
      "PANCREAS_AI_DEBUG=1 shows stack traces and more log lines."
    })
final class PancreasAi implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }
}
