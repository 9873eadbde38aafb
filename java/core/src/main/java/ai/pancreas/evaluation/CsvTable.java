package ai.pancreas.evaluation;

import ai.pancreas.PancreasException;
import ai.pancreas.io.AtomicFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A table as comma-separated values (RFC 4180, with line feeds alone). Numbers that are not defined
 * are empty fields. Not thread-safe.
 */
final class CsvTable {
  private final StringBuilder text = new StringBuilder();

  CsvTable(List<String> columns) {
    add(columns.toArray());
  }

  void add(Object... fields) {
    text.append(Arrays.stream(fields).map(CsvTable::field).collect(Collectors.joining(",")))
        .append('\n');
  }

  /**
   * Writes a file, whole or not at all.
   *
   * @throws PancreasException {@code OUTPUT} if it cannot be written
   */
  void write(Path file) {
    AtomicFile.write(file, out -> out.write(text.toString().getBytes(StandardCharsets.UTF_8)));
  }

  private static String field(Object value) {
    if (value instanceof Double number && number.isNaN()) {
      return "";
    }
    String field = String.valueOf(value);
    boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
  }
}
