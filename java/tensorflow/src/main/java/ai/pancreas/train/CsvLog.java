package ai.pancreas.train;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A table of numbers, one line an epoch; a field without a number is empty. */
final class CsvLog {
  private static final List<String> BEFORE_VALIDATION =
      List.of("epoch", "steps", "learning_rate", "loss", "gradient_norm");
  private static final List<String> AFTER_VALIDATION =
      List.of("seconds", "waited_seconds", "validation_seconds");

  private final Path file;
  private final List<String> columns = new ArrayList<>(BEFORE_VALIDATION);
  private final List<String> lines = new ArrayList<>();

  /**
   * Goes on with a file, or begins it.
   *
   * @param validationColumns the names of what a validation comes to
   * @param epochs lines of later epochs than this are dropped: they will come again
   * @throws PancreasException {@code OUTPUT} if the file is there and cannot be read
   */
  CsvLog(Path file, Collection<String> validationColumns, int epochs) {
    this.file = file;
    columns.addAll(validationColumns);
    columns.addAll(AFTER_VALIDATION);
    lines.add(String.join(",", columns));
    if (epochs > 0 && Files.exists(file)) {
      try {
        Files.readAllLines(file).stream().skip(1).limit(epochs).forEach(lines::add);
      } catch (IOException e) {
        throw new PancreasException(ErrorCode.OUTPUT, file + " cannot be read to go on with it", e);
      }
    }
  }

  /** Adds an epoch; the file is always whole. */
  void add(EpochRecord<?> epoch) {
    Map<String, Number> values = epoch.values();
    lines.add(
        columns.stream().map(column -> field(values.get(column))).collect(Collectors.joining(",")));
    String text = String.join("\n", lines) + "\n";
    AtomicFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static String field(Number value) {
    return value == null || Double.isNaN(value.doubleValue()) ? "" : String.valueOf(value);
  }
}
