package ai.pancreas.cli;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.SegmentBenchmark;
import ai.pancreas.SegmentBenchmark.Report;
import ai.pancreas.SegmentBenchmark.Seconds;
import ai.pancreas.phantom.PhantomOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows where the time goes on this machine. */
@Command(
    name = "bench",
    description = "Times the main job stage by stage on this machine; keeps no files.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  pancreas-ai bench",
      "  pancreas-ai bench ct-folder --threads 4 --rounds 5",
      "  pancreas-ai bench --engine tensorflow --size 512x512x120 --json"
    })
final class BenchCommand implements Runnable {
  private static final long SEED = 1;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "INPUT",
      arity = "0..1",
      description =
          "A DICOM folder (searched recursively), a zip of one, a DICOM file or a NIfTI file."
              + " Default: a phantom, written as DICOM to a temporary folder.")
  private Path input;

  @Option(
      names = "--size",
      paramLabel = "CxRxS",
      converter = VoxelCounts.Converter.class,
      description = "Columns, rows and slices of the phantom. Default: 512x512x240.")
  private VoxelCounts size;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "How often the job is done. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Mixin private SegmenterOptions segmenterOptions;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Mixin private ProgressOptions progressOptions;

  @Override
  public void run() {
    if (input != null && size != null) {
      throw new PancreasException(
          ErrorCode.USAGE, "--size is the phantom's; leave it out with an INPUT");
    }
    SegmentBenchmark benchmark = new SegmentBenchmark(segmenterOptions.builderWithModel(), rounds);
    Report report;
    try (Progress progress = progressOptions.start()) {
      report = input == null ? benchmark.run(phantom(), progress) : benchmark.run(input, progress);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.of(report));
    } else {
      print(report, out);
    }
  }

  private PhantomOptions phantom() {
    VoxelCounts counts = size == null ? new VoxelCounts(512, 512, 240) : size;
    try {
      return PhantomOptions.axial(SEED, counts.columns(), counts.rows(), counts.slices());
    } catch (IllegalArgumentException e) {
      throw new PancreasException(ErrorCode.USAGE, e.getMessage(), e);
    }
  }

  private static void print(Report report, PrintWriter out) {
    new Summary()
        .add("machine", report.machine().describe())
        .add("ct", report.ct())
        .add("model", report.model())
        .add("engine", report.engine())
        .add("threads", report.threads())
        .add("peak memory", peakMemory(report.peakMemoryMb()))
        .print(out);
    out.println();
    out.printf(Locale.ROOT, "%-20s %8s %8s%n", "seconds", "first", "median");
    row(out, "reading", report, Seconds::read);
    row(out, "start-up of engine", report, Seconds::engine);
    row(out, "network", report, Seconds::network);
    row(out, "mask", report, Seconds::mask);
    row(out, "writing", report, Seconds::write);
    row(out, "total", report, Seconds::total);
    out.println("first: as a command sees it, median: of " + report.rounds() + " rounds");
    out.flush();
  }

  private static String peakMemory(double megabytes) {
    return Double.isNaN(megabytes)
        ? "unknown"
        : String.format(Locale.ROOT, "%.0f MB (first round)", megabytes);
  }

  private static void row(
      PrintWriter out, String name, Report report, ToDoubleFunction<Seconds> stage) {
    out.printf(
        Locale.ROOT,
        "%-20s %8.2f %8.2f%n",
        name,
        stage.applyAsDouble(report.first()),
        stage.applyAsDouble(report.median()));
  }
}
