package ai.pancreas.cli;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.dataset.LabelOptions;
import ai.pancreas.dataset.LabelledCts;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which labelled cases are taken at their own resolution. */
final class LabelledInputs {
  /** What a command that takes such folders says of them. */
  static final String INPUT = "Folders of cases, as prepare takes them.";

  @Option(
      names = "--patients",
      paramLabel = "FILE",
      description = "A text file of the patients whose cases are used, one a line. Default: all.")
  private Path patients;

  @Mixin private LabelArguments labels;

  /** Finds the cases; a patient that is not there is told at once. */
  LabelledCts find(List<Path> inputs, Monitor monitor) {
    LabelOptions options = labels.options();
    if (patients == null) {
      return LabelledCts.find(inputs, options, monitor);
    }
    List<String> names = PatientsFile.read(patients);
    if (names.isEmpty()) {
      throw new PancreasException(ErrorCode.USAGE, patients + " names no patient");
    }
    return LabelledCts.find(inputs, options, monitor).ofPatients(names);
  }
}
