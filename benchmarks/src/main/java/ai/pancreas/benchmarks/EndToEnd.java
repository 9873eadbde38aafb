package ai.pancreas.benchmarks;

import ai.pancreas.ErrorCode;
import ai.pancreas.benchmarks.EndToEndReport.Row;
import ai.pancreas.benchmarks.onnx.OnnxRuntimeEngineProvider;
import ai.pancreas.engine.Engines;
import ai.pancreas.report.Machine;
import ai.pancreas.report.PeakMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Times whole processes, from start to exit, with their peak memory: {@code segment} of phantom
 * series of several lengths with several engines, and {@code classify} of the same series with
 * generated weights.
 *
 * <p>Runs of different settings take turns, so that a noisy machine disturbs them alike; medians
 * are reported. Peak memory is the kernel's high-water mark of resident memory, read from {@code
 * /proc} while the process runs; it is NaN where there is no such file.
 */
public final class EndToEnd {
  /** Rows and columns of the phantoms. */
  static final int ROWS = 512;

  /** Asks for every engine that the command line has. */
  private static final String ALL = "all";

  private static final String SEGMENT = "segment";
  private static final String CLASSIFY = "classify";

  private final Path launcher;
  private final Path work;
  private final int rounds;

  private EndToEnd(Path launcher, Path work, int rounds) {
    this.launcher = launcher;
    this.work = work;
    this.rounds = rounds;
  }

  /** A command as it is measured. */
  private record Setting(String command, String engine, int slices) {}

  private record Run(double seconds, double peakMb) {}

  /** A process that did not succeed. */
  private static final class FailedException extends RuntimeException {
    private final int exitCode;

    FailedException(int exitCode, String message) {
      super(message);
      this.exitCode = exitCode;
    }
  }

  /**
   * Arguments: the launcher, a folder to work in, rounds, engines by comma or {@code all}, slices
   * by comma.
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    List<Setting> settings = new ArrayList<>();
    for (String slices : args[4].split(",")) {
      for (String engine : engines(args[3])) {
        settings.add(new Setting(SEGMENT, engine, Integer.parseInt(slices)));
      }
      settings.add(new Setting(CLASSIFY, Engines.AUTO, Integer.parseInt(slices)));
    }
    Path work = Path.of(args[1]).toAbsolutePath();
    new EndToEnd(Path.of(args[0]).toAbsolutePath(), work, Integer.parseInt(args[2]))
        .measure(settings);
  }

  private static List<String> engines(String names) {
    return names.equals(ALL)
        ? new Engines()
            .names().stream().filter(name -> !name.equals(OnnxRuntimeEngineProvider.NAME)).toList()
        : List.of(names.split(","));
  }

  private void measure(List<Setting> wanted) throws IOException, InterruptedException {
    Files.createDirectories(work);
    Machine machine = Machine.here();
    ClassificationModel.write(classifier());
    List<Setting> settings = new ArrayList<>();
    for (Setting setting : wanted) {
      makePhantom(setting.slices());
      if (warmUp(setting)) {
        settings.add(setting);
      }
    }
    Run[][] runs = new Run[settings.size()][rounds];
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < settings.size(); i++) {
        runs[i][round] = run(settings.get(i));
      }
    }
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < settings.size(); i++) {
      rows.add(row(settings.get(i), List.of(runs[i])));
    }
    EndToEndReport report =
        new EndToEndReport(machine, LocalDate.now(ZoneOffset.UTC).toString(), rows);
    Path json = work.resolve("end_to_end.json");
    Results.writeJson(json, report);
    System.out.println(machine.describe());
    System.out.println();
    System.out.print(report.table());
    System.err.println("written to " + json);
  }

  private static Row row(Setting setting, List<Run> runs) {
    List<Double> seconds = runs.stream().map(Run::seconds).toList();
    double peak = Median.of(runs.stream().map(Run::peakMb).toList());
    double ctAndMaskMb = 3.0 * ROWS * ROWS * setting.slices() / 1e6;
    return new Row(
        setting.command(),
        setting.engine(),
        setting.slices(),
        runs.size(),
        Median.of(seconds),
        Collections.min(seconds),
        peak,
        peak - ctAndMaskMb);
  }

  private Path phantom(int slices) {
    return work.resolve("phantom-" + slices);
  }

  private void makePhantom(int slices) throws IOException, InterruptedException {
    if (!Files.isDirectory(phantom(slices))) {
      run("phantom", "-o", phantom(slices).toString(), "--size", ROWS + "x" + ROWS + "x" + slices);
    }
  }

  /** Runs once, which fills the system's file cache; false if the engine cannot run here. */
  private boolean warmUp(Setting setting) throws IOException, InterruptedException {
    try {
      run(setting);
      return true;
    } catch (FailedException e) {
      if (e.exitCode != ErrorCode.DEVICE.exitCode()) {
        throw e;
      }
      System.err.println("left out: " + e.getMessage());
      return false;
    }
  }

  private Run run(Setting setting) throws IOException, InterruptedException {
    String ct = phantom(setting.slices()).resolve("ct").toString();
    return setting.command().equals(SEGMENT) ? segment(ct, setting.engine()) : classify(ct);
  }

  private Run segment(String ct, String engine) throws IOException, InterruptedException {
    Path mask = work.resolve("mask.nii.gz");
    Files.deleteIfExists(mask);
    Run run = run(SEGMENT, ct, "-o", mask.toString(), "--engine", engine, "--quiet");
    if (!Files.exists(mask)) {
      throw new IllegalStateException("no mask was written");
    }
    return run;
  }

  private Run classify(String ct) throws IOException, InterruptedException {
    Path report = work.resolve("classification.json");
    Files.deleteIfExists(report);
    Run run =
        run(
            CLASSIFY,
            ct,
            "--model",
            classifier().toString(),
            "--report",
            report.toString(),
            "--quiet");
    if (!Files.exists(report)) {
      throw new IllegalStateException("no report was written");
    }
    return run;
  }

  private Path classifier() {
    return work.resolve("classifier");
  }

  private Run run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    Path log = work.resolve("log.txt");
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    double peakMb = Double.NaN;
    while (!process.waitFor(10, TimeUnit.MILLISECONDS)) {
      double now = PeakMemory.ofProcessMb(process.pid());
      // A process that is ending no longer tells.
      peakMb = Double.isNaN(now) ? peakMb : now;
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    if (process.exitValue() != 0) {
      throw new FailedException(
          process.exitValue(), String.join(" ", command) + ": " + Files.readString(log));
    }
    return new Run(seconds, peakMb);
  }
}
