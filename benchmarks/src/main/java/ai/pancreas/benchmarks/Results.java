package ai.pancreas.benchmarks;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;

/** Results of JMH, and JSON files of what is made of them. */
final class Results {
  private static final Gson GSON =
      new GsonBuilder()
          .setPrettyPrinting()
          .disableHtmlEscaping()
          .serializeSpecialFloatingPointValues()
          .create();

  private Results() {}

  /** All measured iterations of a benchmark, in milliseconds a call. */
  static List<Double> milliseconds(RunResult result) {
    return iterations(result).stream().map(i -> i.getPrimaryResult().getScore()).toList();
  }

  /** All measured iterations of a benchmark. */
  static List<IterationResult> iterations(RunResult result) {
    return result.getBenchmarkResults().stream()
        .flatMap(fork -> fork.getIterationResults().stream())
        .toList();
  }

  /** Writes JMH's own JSON, with every single measurement. */
  static void writeRaw(Path file, Collection<RunResult> results) throws IOException {
    try (PrintStream out = new PrintStream(Files.newOutputStream(file))) {
      ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(results);
    }
  }

  static void writeJson(Path file, Object report) throws IOException {
    Files.writeString(file, GSON.toJson(report) + "\n");
  }

  static <T> T readJson(Path file, Class<T> type) throws IOException {
    return GSON.fromJson(Files.readString(file), type);
  }
}
