package ai.pancreas.cli;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import ai.pancreas.nifti.NiftiReader;
import ai.pancreas.report.Evaluation;
import ai.pancreas.report.EvaluationSummary;
import ai.pancreas.report.EvaluationSummary.Statistic;
import ai.pancreas.report.MaskComparison;
import ai.pancreas.report.MaskPairs;
import java.io.PrintWriter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares masks with the truth. */
@Command(
    name = "evaluate",
    description = "Compares predicted masks with true ones: two NIfTI files, or two folders.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  pancreas-ai evaluate prediction.nii.gz truth.nii.gz",
      "  pancreas-ai evaluate predictions truths --json",
      "",
      "Files of two folders belong together where their names are the same."
    })
final class EvaluateCommand implements Runnable {
  private static final Logger LOG = System.getLogger(EvaluateCommand.class.getName());

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "PREDICTION",
      index = "0",
      description = "A mask, .nii or .nii.gz: pancreas where it is not 0. Or a folder of them.")
  private Path prediction;

  @Parameters(
      paramLabel = "TRUTH",
      index = "1",
      description = "The true mask, or a folder of true masks.")
  private Path truth;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Mixin private ProgressOptions progressOptions;

  private record Case(String name, MaskComparison comparison) {}

  private record Cases(
      List<Case> cases,
      EvaluationSummary summary,
      List<String> withoutTruth,
      List<String> withoutPrediction) {}

  @Override
  public void run() {
    requireExisting(prediction);
    requireExisting(truth);
    if (Files.isDirectory(prediction) != Files.isDirectory(truth)) {
      throw new PancreasException(
          ErrorCode.USAGE, "give two files or two folders, not " + prediction + " and " + truth);
    }
    if (Files.isDirectory(prediction)) {
      evaluateFolders();
    } else {
      evaluateFiles();
    }
  }

  private static void requireExisting(Path path) {
    if (!Files.exists(path)) {
      throw new PancreasException(ErrorCode.USAGE, path + " does not exist");
    }
  }

  private void evaluateFiles() {
    MaskComparison comparison;
    try (Progress progress = progressOptions.start()) {
      progress.progress(Stage.EVALUATE, 0, 1);
      comparison = compare(prediction, truth, progress.withinStage());
      progress.progress(Stage.EVALUATE, 1, 1);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.of(comparison));
      return;
    }
    new Summary()
        .add("dice", number(comparison.dice()))
        .add("precision", number(comparison.precision()))
        .add("recall", number(comparison.recall()))
        .add("hausdorff 95", number(comparison.hausdorff95Mm()) + " mm")
        .add("average surface distance", number(comparison.averageSurfaceDistanceMm()) + " mm")
        .add("volume, prediction", number(comparison.predictionMl()) + " ml")
        .add("volume, truth", number(comparison.truthMl()) + " ml")
        .print(out);
  }

  private void evaluateFolders() {
    MaskPairs found = MaskPairs.find(prediction, truth);
    List<Case> cases = new ArrayList<>();
    try (Progress progress = progressOptions.start()) {
      for (MaskPairs.Pair pair : found.pairs()) {
        progress.progress(Stage.EVALUATE, cases.size(), found.pairs().size());
        progress.throwIfCancelled();
        MaskComparison comparison =
            compare(pair.prediction(), pair.truth(), progress.withinStage());
        cases.add(new Case(pair.name(), comparison));
      }
      progress.progress(Stage.EVALUATE, cases.size(), cases.size());
    }
    EvaluationSummary summary = EvaluationSummary.of(cases.stream().map(Case::comparison).toList());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          Json.of(new Cases(cases, summary, found.withoutTruth(), found.withoutPrediction())));
    } else {
      print(cases, summary, out);
    }
    out.flush();
    List<String> alone =
        Stream.concat(found.withoutTruth().stream(), found.withoutPrediction().stream()).toList();
    if (!alone.isEmpty()) {
      throw new PancreasException(
          ErrorCode.PARTIAL,
          alone.size()
              + " masks have no counterpart of the same name: "
              + String.join(", ", alone));
    }
  }

  private static MaskComparison compare(Path prediction, Path truth, Monitor monitor) {
    MaskComparison comparison =
        Evaluation.of(
            NiftiReader.readMask(prediction, monitor), NiftiReader.readMask(truth, monitor));
    comparison
        .warnings()
        .forEach(warning -> LOG.log(Level.WARNING, prediction.getFileName() + ": " + warning));
    return comparison;
  }

  private static void print(List<Case> cases, EvaluationSummary summary, PrintWriter out) {
    int width = cases.stream().mapToInt(each -> each.name().length()).max().orElse(0);
    String row = "%-" + Math.max(4, width) + "s %9s %9s %9s %9s %9s %9s %9s%n";
    out.printf(row, "", "dice", "precision", "recall", "hd95 mm", "asd mm", "pred ml", "truth ml");
    for (Case each : cases) {
      MaskComparison c = each.comparison();
      out.printf(
          row,
          each.name(),
          number(c.dice()),
          number(c.precision()),
          number(c.recall()),
          number(c.hausdorff95Mm()),
          number(c.averageSurfaceDistanceMm()),
          number(c.predictionMl()),
          number(c.truthMl()));
    }
    List<Statistic> columns =
        List.of(
            summary.dice(),
            summary.precision(),
            summary.recall(),
            summary.hausdorff95Mm(),
            summary.averageSurfaceDistanceMm(),
            summary.predictionMl(),
            summary.truthMl());
    out.printf(row, row("mean", columns.stream().map(Statistic::mean)));
    out.printf(row, row("sd", columns.stream().map(Statistic::sd)));
    out.printf(row, row("min", columns.stream().map(Statistic::min)));
    out.printf(row, row("max", columns.stream().map(Statistic::max)));
  }

  private static Object[] row(String name, Stream<Double> numbers) {
    return Stream.concat(Stream.of(name), numbers.map(EvaluateCommand::number)).toArray();
  }

  /** Three digits, or a dash where the number is not defined. */
  private static String number(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.3f", value);
  }
}
