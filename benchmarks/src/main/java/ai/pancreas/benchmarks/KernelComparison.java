package ai.pancreas.benchmarks;

import ai.pancreas.benchmarks.KernelBenchmark.Version;
import ai.pancreas.report.Machine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Measures each kernel against its Java reference. */
public final class KernelComparison {
  private KernelComparison() {}

  /** One kernel with one number of threads; times are medians. */
  private record Row(
      String kernel, int threads, double nativeMs, double javaMs, double timesFaster) {}

  private record Report(Machine machine, String date, List<Row> rows) {}

  private record Key(String kernel, int threads) {}

  /** Argument: the folder for results. */
  public static void main(String[] args) throws IOException, RunnerException {
    Path folder = Path.of(args[0]);
    Machine machine = Machine.here();
    List<RunResult> results =
        List.copyOf(
            new Runner(new OptionsBuilder().include(KernelBenchmark.class.getName()).build())
                .run());
    Report report = new Report(machine, LocalDate.now(ZoneOffset.UTC).toString(), rows(results));
    Results.writeRaw(folder.resolve("jmh-kernels.json"), results);
    Results.writeJson(folder.resolve("kernels.json"), report);
    print(report);
  }

  private static List<Row> rows(List<RunResult> results) {
    Map<Key, Map<Version, Double>> times = new LinkedHashMap<>();
    for (RunResult result : results) {
      String kernel = result.getParams().getParam("kernel");
      int threads = Integer.parseInt(result.getParams().getParam("threads"));
      times
          .computeIfAbsent(new Key(kernel, threads), unused -> new EnumMap<>(Version.class))
          .put(
              Version.valueOf(result.getParams().getParam("version")),
              Median.of(Results.milliseconds(result)));
    }
    List<Row> rows = new ArrayList<>();
    times.forEach(
        (key, median) -> {
          double nativeMs = median.getOrDefault(Version.NATIVE, Double.NaN);
          double javaMs = median.getOrDefault(Version.JAVA, Double.NaN);
          rows.add(new Row(key.kernel, key.threads, nativeMs, javaMs, javaMs / nativeMs));
        });
    return rows;
  }

  private static void print(Report report) {
    System.out.println();
    System.out.println(report.machine.describe());
    System.out.println();
    System.out.println("| kernel | threads | native ms | Java ms | times faster |");
    System.out.println("| --- | --- | --- | --- | --- |");
    for (Row row : report.rows) {
      System.out.printf(
          Locale.ROOT,
          "| %s | %d | %.2f | %.2f | %.1f |%n",
          row.kernel.toLowerCase(Locale.ROOT).replace('_', ' '),
          row.threads,
          row.nativeMs,
          row.javaMs,
          row.timesFaster);
    }
  }
}
