package ai.pancreas.dataset;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which patients have cancer: 1 with, 0 without. */
@FunctionalInterface
interface PatientLabels {
  /** The file in a patient's folder that holds 0 or 1. */
  String FILE = "label";

  /**
   * The label of a patient.
   *
   * @throws PancreasException {@code BAD_DATA} if there is none, or it is neither 0 nor 1
   */
  int of(FoundPatient patient);

  /** Labels from the files called {@link #FILE}. */
  static PatientLabels inFolders() {
    return patient -> {
      Path file = patient.folder().resolve(FILE);
      if (!Files.isRegularFile(file)) {
        throw bad("its label is missing: add a file called label that holds 0 or 1");
      }
      try {
        // A label is one character; what is much longer is something else.
        return parse("the file label", Files.size(file) > 64 ? "..." : Files.readString(file));
      } catch (IOException e) {
        throw new PancreasException(ErrorCode.BAD_DATA, "the file label cannot be read as text", e);
      }
    };
  }

  /**
   * Labels from a CSV file with the columns {@code patient} and {@code label}, in any order and
   * among others, without quotes.
   *
   * @throws PancreasException {@code USAGE} if it cannot be read as text, {@code BAD_DATA} if it is
   *     no such file
   */
  static PatientLabels ofCsv(Path file) {
    Map<String, String> labels = readCsv(file);
    return patient -> {
      String label = labels.get(patient.name());
      if (label == null) {
        throw bad("its label is missing in " + file);
      }
      return parse("the label in " + file, label);
    };
  }

  private static Map<String, String> readCsv(Path file) {
    List<String> lines = lines(file);
    List<String> columns = lines.isEmpty() ? List.of() : cells(lines.get(0));
    int patient = columns.indexOf("patient");
    int label = columns.indexOf("label");
    if (patient < 0 || label < 0) {
      throw bad(file + ": its first line should name the columns patient and label");
    }
    Map<String, String> labels = new HashMap<>();
    for (int i = 1; i < lines.size(); i++) {
      List<String> cells = cells(lines.get(i));
      if (cells.size() != columns.size()) {
        throw bad(
            file
                + ": row "
                + i
                + " has "
                + cells.size()
                + " cells and the first line "
                + columns.size());
      }
      if (labels.put(cells.get(patient), cells.get(label)) != null) {
        throw bad(file + ": it has patient " + cells.get(patient) + " twice");
      }
    }
    return labels;
  }

  private static List<String> lines(Path file) {
    try {
      // Excel begins its files with a byte order mark.
      return Files.readString(file)
          .replace("\uFEFF", "")
          .lines()
          .filter(line -> !line.isBlank())
          .toList();
    } catch (IOException e) {
      throw new PancreasException(
          ErrorCode.USAGE,
          file + (Files.exists(file) ? " cannot be read as text" : " does not exist"),
          e);
    }
  }

  private static List<String> cells(String line) {
    return Arrays.stream(line.split(",", -1)).map(String::strip).toList();
  }

  private static int parse(String where, String text) {
    return switch (text.strip()) {
      case "0" -> 0;
      case "1" -> 1;
      default -> throw bad(where + " is neither 0 nor 1");
    };
  }

  private static PancreasException bad(String what) {
    return new PancreasException(ErrorCode.BAD_DATA, what);
  }
}
