package ai.pancreas.benchmarks;

import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Times whole processes, from start to exit, with their peak memory: {@code segment} of phantom
 * series of several lengths with several engines.
 *
 * <p>Runs of different settings take turns, so that a noisy machine disturbs them alike; medians
 * are reported. Peak memory is the kernel's high-water mark of resident memory, read from {@code
 * /proc} while the process runs; it is 0 where there is no such file.
 */
public final class EndToEnd {
  private static final int ROWS = 512;

  private final Path launcher;
  private final Path work;
  private final int rounds;

  private EndToEnd(Path launcher, Path work, int rounds) {
    this.launcher = launcher;
    this.work = work;
    this.rounds = rounds;
  }

  private record Setting(String engine, int slices) {}

  private record Run(double seconds, double peakMb) {}

  private record Row(
      String engine,
      int slices,
      int runs,
      double medianSeconds,
      double minSeconds,
      double medianPeakMb,
      double peakBeyondCtAndMaskMb) {}

  private record Machine(String system, int processors, String cpu, String java, double load) {}

  private record Report(Machine machine, List<Row> rows) {}

  /** Arguments: the launcher, a folder to work in, rounds, engines by comma, slices by comma. */
  public static void main(String[] args) throws IOException, InterruptedException {
    List<Setting> settings = new ArrayList<>();
    for (String slices : args[4].split(",")) {
      for (String engine : args[3].split(",")) {
        settings.add(new Setting(engine, Integer.parseInt(slices)));
      }
    }
    Path work = Path.of(args[1]).toAbsolutePath();
    new EndToEnd(Path.of(args[0]).toAbsolutePath(), work, Integer.parseInt(args[2]))
        .measure(settings);
  }

  private void measure(List<Setting> settings) throws IOException, InterruptedException {
    Files.createDirectories(work);
    Machine machine = machine();
    Run[][] runs = new Run[settings.size()][rounds];
    for (Setting setting : settings) {
      makePhantom(setting.slices());
      segment(setting);
    }
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < settings.size(); i++) {
        runs[i][round] = segment(settings.get(i));
      }
    }
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < settings.size(); i++) {
      rows.add(row(settings.get(i), runs[i]));
    }
    Path json = work.resolve("end_to_end.json");
    Files.writeString(
        json, new GsonBuilder().setPrettyPrinting().create().toJson(new Report(machine, rows)));
    print(machine, rows);
    System.err.println("written to " + json);
  }

  private static Row row(Setting setting, Run[] runs) {
    double seconds = median(Arrays.stream(runs).mapToDouble(Run::seconds).toArray());
    double peak = median(Arrays.stream(runs).mapToDouble(Run::peakMb).toArray());
    // Two bytes a voxel for the CT, one for the mask.
    double ctAndMaskMb = 3.0 * ROWS * ROWS * setting.slices() / 1e6;
    return new Row(
        setting.engine(),
        setting.slices(),
        runs.length,
        seconds,
        Arrays.stream(runs).mapToDouble(Run::seconds).min().orElseThrow(),
        peak,
        peak - ctAndMaskMb);
  }

  private static void print(Machine machine, List<Row> rows) {
    System.out.printf(
        "%s, %d processors, %s, Java %s, load %.1f at the start%n%n",
        machine.system(), machine.processors(), machine.cpu(), machine.java(), machine.load());
    System.out.println(
        "| engine | CT | seconds, median | fastest | peak MB | beyond CT and mask |");
    System.out.println("| --- | --- | --- | --- | --- | --- |");
    for (Row row : rows) {
      System.out.printf(
          "| %s | 512 x 512 x %d | %.1f | %.1f | %.0f | %.0f |%n",
          row.engine(),
          row.slices(),
          row.medianSeconds(),
          row.minSeconds(),
          row.medianPeakMb(),
          row.peakBeyondCtAndMaskMb());
    }
  }

  private Path phantom(int slices) {
    return work.resolve("phantom-" + slices);
  }

  private void makePhantom(int slices) throws IOException, InterruptedException {
    if (!Files.isDirectory(phantom(slices))) {
      run("phantom", "-o", phantom(slices).toString(), "--size", ROWS + "x" + ROWS + "x" + slices);
    }
  }

  private Run segment(Setting setting) throws IOException, InterruptedException {
    Path mask = work.resolve("mask.nii.gz");
    Files.deleteIfExists(mask);
    Run run =
        run(
            "segment",
            phantom(setting.slices()).resolve("ct").toString(),
            "-o",
            mask.toString(),
            "--engine",
            setting.engine(),
            "--quiet");
    if (!Files.exists(mask)) {
      throw new IllegalStateException("no mask was written");
    }
    return run;
  }

  private Run run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    Path log = work.resolve("log.txt");
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    double peakMb = 0;
    while (!process.waitFor(10, TimeUnit.MILLISECONDS)) {
      peakMb = Math.max(peakMb, peakMb(process.pid()));
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    if (process.exitValue() != 0) {
      throw new IllegalStateException(
          String.join(" ", command) + " failed: " + Files.readString(log));
    }
    return new Run(seconds, peakMb);
  }

  private static double peakMb(long pid) {
    try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) * 1024 / 1e6)
          .findFirst()
          .orElse(0);
    } catch (IOException | java.io.UncheckedIOException e) {
      return 0;
    }
  }

  private static Machine machine() throws IOException {
    Path info = Path.of("/proc/cpuinfo");
    String cpu = "unknown CPU";
    if (Files.exists(info)) {
      List<String> lines = Files.readAllLines(info);
      String flags = field(lines, "flags") + " ";
      cpu =
          field(lines, "model name")
              + (flags.contains(" avx512f ")
                  ? " with AVX-512"
                  : flags.contains(" avx2 ") ? " with AVX2" : "");
    }
    return new Machine(
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors(),
        cpu,
        System.getProperty("java.version"),
        java.lang.management.ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  private static String field(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).trim())
        .min(Comparator.naturalOrder())
        .orElse("");
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
