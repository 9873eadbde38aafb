package ai.pancreas.cli;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A text file of patients, one a line. */
final class PatientsFile {
  private PatientsFile() {}

  /**
   * Reads the names; empty lines do not count.
   *
   * @throws PancreasException {@code USAGE} if that is not possible
   */
  static List<String> read(Path file) {
    try {
      return Files.readAllLines(file).stream()
          .map(String::strip)
          .filter(line -> !line.isEmpty())
          .toList();
    } catch (IOException e) {
      throw new PancreasException(ErrorCode.USAGE, file + " cannot be read as text", e);
    }
  }
}
