package ai.pancreas.cli;

import ai.pancreas.report.TrainingCurves;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Draws how trainings went. */
@Command(
    name = "curves",
    description =
        "Draws how trainings went, to compare them: F1, precision and recall of validation, and"
            + " the loss, over epochs. Trainings may still go on.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  pancreas-ai train curves my-model -o curves.svg",
      "  pancreas-ai train curves weight-1 weight-7 weight-10 -o curves.svg"
    })
final class TrainCurvesCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FOLDER",
      arity = "1..*",
      description = "Folders of trainings; " + TrainingCurves.MOST_TRAININGS + " at most.")
  private List<Path> folders;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "The picture, .svg.")
  private Path output;

  @Override
  public void run() {
    TrainingCurves.read(folders).write(output);
    new Summary().add("curves", output).print(spec.commandLine().getOut());
  }
}
