package ai.pancreas.benchmarks;

import ai.pancreas.engine.Engines;
import ai.pancreas.report.Machine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Measures every engine on the class path, ONNX Runtime among them, and the machine's yardstick, on
 * the same volume in the same run.
 *
 * <p>In each round every engine has a JVM of its own, one after the other, so that what disturbs a
 * busy machine disturbs all engines alike. An engine that cannot run here is told about and left
 * out.
 */
public final class EngineComparison {
  private EngineComparison() {}

  /** Arguments: the folder for results, rounds, numbers of threads by comma. */
  public static void main(String[] args) throws IOException, RunnerException {
    Path folder = Path.of(args[0]);
    int rounds = Integer.parseInt(args[1]);
    Options options =
        new OptionsBuilder()
            .include(EngineBenchmark.class.getName())
            .include(SgemmBenchmark.class.getName())
            .param("engine", new Engines().names().toArray(String[]::new))
            .param("threads", args[2].split(","))
            .addProfiler(PeakMemoryProfiler.class)
            .build();
    Machine machine = Machine.here();
    List<RunResult> results = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      results.addAll(new Runner(options).run());
    }
    EngineReport report =
        EngineReport.of(machine, LocalDate.now(ZoneOffset.UTC).toString(), results);
    Results.writeRaw(folder.resolve("jmh.json"), results);
    Results.writeJson(folder.resolve("engines.json"), report);
    System.out.println();
    System.out.println(machine.describe());
    System.out.println();
    System.out.print(report.table());
  }
}
