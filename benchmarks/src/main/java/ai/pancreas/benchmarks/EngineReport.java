package ai.pancreas.benchmarks;

import ai.pancreas.report.Machine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/**
 * What {@link EngineBenchmark} and {@link SgemmBenchmark} measured in the same run.
 *
 * @param machine the machine, and its load before the first round
 * @param date the day, ISO 8601
 * @param rows by threads, then by time
 */
record EngineReport(Machine machine, String date, List<Row> rows) {
  /** The network's arithmetic for 160 slices of 160 x 160. */
  private static final double NETWORK_GFLOP = 438;

  private static final double SGEMM_GFLOP = 2 * Math.pow(SgemmBenchmark.N, 3) / 1e9;

  /**
   * One engine with one number of threads.
   *
   * @param calls how many calls were measured
   * @param seconds the median
   * @param ratioToSgemm to the time that as much arithmetic takes in OpenBLAS's sgemm
   * @param ratioToFastest to the fastest engine with as many threads
   * @param peakMb the most memory beyond an empty JVM, MB; the volume in and out is 33 MB of it
   */
  record Row(
      String engine,
      int threads,
      int calls,
      double seconds,
      double minSeconds,
      double ratioToSgemm,
      double ratioToFastest,
      double peakMb) {}

  /** All measurements of one engine with one number of threads. */
  private record Samples(String engine, int threads, List<Double> seconds, List<Double> peaksMb) {
    Samples(String engine, int threads) {
      this(engine, threads, new ArrayList<>(), new ArrayList<>());
    }

    double median() {
      return Median.of(seconds);
    }
  }

  /** Sums up the results of all rounds. */
  static EngineReport of(Machine machine, String date, List<RunResult> results) {
    Map<Integer, List<Double>> sgemm = new TreeMap<>();
    Map<String, Samples> engines = new TreeMap<>();
    for (RunResult result : results) {
      int threads = Integer.parseInt(result.getParams().getParam("threads"));
      String engine = result.getParams().getParam("engine");
      if (engine == null) {
        Results.milliseconds(result).stream()
            .map(ms -> ms / 1e3 * NETWORK_GFLOP / SGEMM_GFLOP)
            .forEach(sgemm.computeIfAbsent(threads, unused -> new ArrayList<>())::add);
      } else {
        Samples samples =
            engines.computeIfAbsent(engine + " " + threads, unused -> new Samples(engine, threads));
        Results.milliseconds(result).forEach(ms -> samples.seconds.add(ms / 1e3));
        Results.iterations(result).forEach(i -> samples.peaksMb.add(peakMb(i)));
      }
    }
    Map<Integer, Double> fastest =
        engines.values().stream()
            .collect(Collectors.toMap(Samples::threads, Samples::median, Math::min));
    List<Row> rows =
        engines.values().stream()
            .map(
                samples ->
                    row(
                        samples,
                        Median.of(sgemm.getOrDefault(samples.threads, List.of())),
                        fastest.get(samples.threads)))
            .sorted(Comparator.comparingInt(Row::threads).thenComparing(Row::seconds))
            .toList();
    return new EngineReport(machine, date, rows);
  }

  private static Row row(Samples samples, double sgemmSeconds, double fastestSeconds) {
    return new Row(
        samples.engine,
        samples.threads,
        samples.seconds.size(),
        samples.median(),
        Collections.min(samples.seconds),
        samples.median() / sgemmSeconds,
        samples.median() / fastestSeconds,
        Collections.max(samples.peaksMb));
  }

  private static double peakMb(IterationResult iteration) {
    Result<?> peak = iteration.getSecondaryResults().get(PeakMemoryProfiler.PEAK);
    return peak == null ? Double.NaN : peak.getScore();
  }

  /** A table in Markdown. */
  String table() {
    StringBuilder table = new StringBuilder();
    table
        .append("| engine | threads | seconds | to the fastest | to sgemm | peak MB |\n")
        .append("| --- | --- | --- | --- | --- | --- |\n");
    for (Row row : rows) {
      table.append(
          String.format(
              Locale.ROOT,
              "| %s | %d | %.2f | %.2f | %.2f | %.0f |\n",
              row.engine,
              row.threads,
              row.seconds,
              row.ratioToFastest,
              row.ratioToSgemm,
              row.peakMb));
    }
    return table.toString();
  }
}
