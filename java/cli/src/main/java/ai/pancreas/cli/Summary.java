package ai.pancreas.cli;

import ai.pancreas.Segmentation;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A result for people: a name and a value a line. */
final class Summary {
  private record Row(String name, String value) {}

  private final List<Row> rows = new ArrayList<>();

  Summary add(String name, Object value) {
    rows.add(new Row(name, String.valueOf(value)));
    return this;
  }

  Summary add(String name, String format, double value) {
    return add(name, String.format(Locale.ROOT, format, value));
  }

  /** What matters of a segmentation. */
  Summary add(Segmentation result) {
    return add("volume", "%.1f ml", result.volumeMl())
        .add("model", result.modelId())
        .add("engine", result.engineName());
  }

  void print(PrintWriter out) {
    int width = rows.stream().mapToInt(row -> row.name().length()).max().orElse(0);
    for (Row row : rows) {
      out.println(row.name() + " ".repeat(width - row.name().length() + 2) + row.value());
    }
    out.flush();
  }
}
