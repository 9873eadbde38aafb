package ai.pancreas.cli;

import ai.pancreas.Monitor;
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
    List<String> names = patients == null ? List.of() : PatientsFile.read(patients);
    LabelledCts cts = LabelledCts.find(inputs, labels.options(), monitor);
    return patients == null ? cts : cts.ofPatients(names);
  }
}
