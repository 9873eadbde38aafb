package ai.pancreas;

import ai.pancreas.io.TemporaryFolder;
import ai.pancreas.phantom.Phantom;
import ai.pancreas.phantom.PhantomOptions;
import ai.pancreas.phantom.PhantomWriter;
import ai.pancreas.phantom.SeriesLayout;
import ai.pancreas.report.Machine;
import ai.pancreas.report.PeakMemory;
import ai.pancreas.volume.CtVolume;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Times the main job stage by stage: a CT read from files, an engine started, the network, the
 * mask, and the mask written to a temporary file, in several rounds. Immutable; one measurement at
 * a time tells most.
 *
 * <p>The first round is what a process that segments one CT sees: it loads classes and libraries.
 * Later rounds show the steady state.
 */
public final class SegmentBenchmark {
  private final Segmenter.Builder segmenter;
  private final int rounds;

  /**
   * A benchmark.
   *
   * @param segmenter what is measured; it is built anew in each round
   * @param rounds how often, at least 1
   * @throws PancreasException {@code USAGE} for fewer rounds
   */
  public SegmentBenchmark(Segmenter.Builder segmenter, int rounds) {
    if (rounds < 1) {
      throw new PancreasException(ErrorCode.USAGE, "at least one round is needed, not " + rounds);
    }
    this.segmenter = segmenter;
    this.rounds = rounds;
  }

  /**
   * Where the seconds of one round went.
   *
   * @param read files to CT in memory
   * @param engine the model loaded and the engine made ready
   * @param network pre-processing and network
   * @param mask from the network's grid to the CT's
   * @param write the mask as {@code .nii.gz}
   * @param total from start to end
   */
  public record Seconds(
      double read, double engine, double network, double mask, double write, double total) {

    private static Seconds median(List<Seconds> rounds) {
      return new Seconds(
          median(rounds, Seconds::read),
          median(rounds, Seconds::engine),
          median(rounds, Seconds::network),
          median(rounds, Seconds::mask),
          median(rounds, Seconds::write),
          median(rounds, Seconds::total));
    }

    private static double median(List<Seconds> rounds, ToDoubleFunction<Seconds> part) {
      double[] sorted = rounds.stream().mapToDouble(part).sorted().toArray();
      int middle = sorted.length / 2;
      return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
  }

  /**
   * What was measured.
   *
   * @param machine the machine, and its load before the first round
   * @param ct size and spacing of the CT
   * @param model the model's id
   * @param engine the engine's name
   * @param threads threads of a segmentation
   * @param rounds the number of rounds
   * @param first the first round
   * @param median of each stage over all rounds
   * @param peakMemoryMb the most memory that the process held until the first round ended, MB; NaN
   *     where the system does not tell
   */
  public record Report(
      Machine machine,
      String ct,
      String model,
      String engine,
      int threads,
      int rounds,
      Seconds first,
      Seconds median,
      double peakMemoryMb) {}

  /**
   * Measures with a CT of the user's.
   *
   * @param input as {@link CtReader} takes it
   * @throws PancreasException as {@link CtReader} and {@link Segmenter}
   * @throws java.util.concurrent.CancellationException if the monitor cancels
   */
  public Report run(Path input, Monitor monitor) {
    try (TemporaryFolder folder = new TemporaryFolder("pancreas-ai-bench")) {
      return measure(input, folder.path(), monitor);
    }
  }

  /**
   * Measures with a phantom, written as an uncompressed DICOM series before the first round.
   *
   * @throws PancreasException {@code OUTPUT} if there is no room for it, or as {@link Segmenter}
   * @throws java.util.concurrent.CancellationException if the monitor cancels
   */
  public Report run(PhantomOptions phantom, Monitor monitor) {
    try (TemporaryFolder folder = new TemporaryFolder("pancreas-ai-bench")) {
      Path series = folder.path().resolve("ct");
      write(phantom, series, monitor);
      return measure(series, folder.path(), monitor);
    }
  }

  private static void write(PhantomOptions phantom, Path series, Monitor monitor) {
    CtVolume ct = Phantom.generate(phantom, monitor).ct();
    new PhantomWriter(ct, phantom.seed(), SeriesLayout.USUAL).write(series, monitor);
  }

  private Report measure(Path input, Path folder, Monitor monitor) {
    Machine machine = Machine.here();
    // What came before must not count: neither its garbage nor the memory it took.
    System.gc();
    PeakMemory.reset();
    List<Seconds> times = new ArrayList<>();
    Round first = round(input, folder, monitor);
    double peakMemoryMb = PeakMemory.ofThisProcessMb();
    times.add(first.seconds());
    while (times.size() < rounds) {
      times.add(round(input, folder, monitor).seconds());
    }
    return new Report(
        machine,
        first.ct(),
        first.model(),
        first.engine(),
        segmenter.threads(),
        rounds,
        first.seconds(),
        Seconds.median(times),
        peakMemoryMb);
  }

  private record Round(String ct, String model, String engine, Seconds seconds) {}

  private Round round(Path input, Path folder, Monitor monitor) {
    monitor.throwIfCancelled();
    long start = System.nanoTime();
    CtVolume ct = CtReader.read(input, ReadOptions.DEFAULT, monitor);
    long read = System.nanoTime();
    Segmentation result;
    long ready;
    try (Segmenter built = segmenter.build()) {
      ready = System.nanoTime();
      result = built.segment(ct, SegmentOptions.DEFAULT, monitor);
    }
    long segmented = System.nanoTime();
    result.writeMask(folder.resolve("mask.nii.gz"), monitor);
    long end = System.nanoTime();
    Segmentation.Timings timings = result.timings();
    return new Round(
        ct.grid().describe(),
        result.modelId(),
        result.engineName(),
        new Seconds(
            seconds(start, read),
            seconds(read, ready),
            seconds(timings.network()),
            seconds(timings.mask()),
            seconds(segmented, end),
            seconds(start, end)));
  }

  private static double seconds(long from, long to) {
    return (to - from) / 1e9;
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
