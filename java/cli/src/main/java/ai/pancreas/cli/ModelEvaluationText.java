package ai.pancreas.cli;

import ai.pancreas.evaluation.Calibration;
import ai.pancreas.evaluation.ModelEvaluation;
import ai.pancreas.evaluation.ModelEvaluation.PatientResult;
import ai.pancreas.evaluation.ModelEvaluation.ThresholdResult;
import ai.pancreas.evaluation.Spread;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What was measured of a model, for people. */
final class ModelEvaluationText {
  private final ModelEvaluation evaluation;

  ModelEvaluationText(ModelEvaluation evaluation) {
    this.evaluation = evaluation;
  }

  void print(PrintWriter out) {
    patients(out);
    out.println();
    summary().print(out);
    out.println();
    thresholds(out);
    out.println();
    reliability(out);
    out.println();
    out.flush();
  }

  private void patients(PrintWriter out) {
    int width =
        evaluation.patients().stream().mapToInt(each -> each.patient().length()).max().orElse(0);
    boolean volumes = evaluation.volumes().count() > 0;
    String row = "%-" + Math.max(7, width) + "s %7s %6s %9s %6s %7s %6s";
    out.printf(row, "patient", "slices", "dice", "precision", "recall", "without", "clean");
    out.println(volumes ? " whole CT" : "");
    for (PatientResult each : evaluation.patients()) {
      out.printf(
          row,
          each.patient(),
          each.slices(),
          number(each.dice()),
          number(each.precision()),
          number(each.recall()),
          each.emptySlices(),
          each.emptySlicesClean());
      out.println(volumes ? String.format("%9s", number(each.volumeDice())) : "");
    }
    out.println(
        "slices with pancreas, all voxels together; slices without it, and those of them without a"
            + " false voxel");
  }

  private Summary summary() {
    ModelEvaluation.PancreasSlices pancreas = evaluation.pancreasSlices();
    ModelEvaluation.EmptySlices empty = evaluation.emptySlices();
    Summary summary =
        new Summary()
            .add("model", evaluation.model() + ", engine " + evaluation.engine())
            .add(
                "threshold",
                evaluation.threshold() + (evaluation.keepLargest() ? ", largest part only" : ""))
            .add(
                "slices with pancreas",
                pancreas.slices()
                    + " of "
                    + pancreas.patients()
                    + (pancreas.patients() == 1 ? " patient" : " patients"))
            .add("dice", number(pancreas.dice()))
            .add("precision", number(pancreas.precision()))
            .add("recall", number(pancreas.recall()))
            .add("dice by patient", spread(evaluation.dicePerPatient()))
            .add("slices without pancreas", empty.slices());
    if (empty.slices() > 0) {
      summary
          .add("without a false voxel", empty.clean())
          .add(
              "false voxels",
              String.format(
                  Locale.ROOT,
                  "%d, %.1f a slice",
                  empty.falseVoxels(),
                  empty.falseVoxelsPerSlice()));
    }
    ModelEvaluation.Volumes volumes = evaluation.volumes();
    if (volumes.count() > 0) {
      summary
          .add("whole CTs", volumes.count())
          .add("dice by whole CT", spread(volumes.dice()))
          .add(
              "false positive",
              String.format(
                  Locale.ROOT,
                  "%.1f ml, of it %.1f ml in slices without pancreas",
                  volumes.falsePositiveMl(),
                  volumes.falsePositiveMlInEmptySlices()));
    }
    if (evaluation.cutOutPictures() > 0) {
      summary.add("left out", evaluation.cutOutPictures() + " pictures cut out of a frame");
    }
    evaluation
        .dropped()
        .forEach(each -> summary.add("dropped", each.name() + ": " + each.reason()));
    return summary;
  }

  private void thresholds(PrintWriter out) {
    out.printf(
        "%9s %6s %9s %6s %15s %13s%n",
        "threshold", "dice", "precision", "recall", "dice by patient", "clean slices");
    for (ThresholdResult each : evaluation.thresholds()) {
      out.printf(
          Locale.ROOT,
          "%9.2f %6s %9s %6s %15s %13d%n",
          each.threshold(),
          number(each.dice()),
          number(each.precision()),
          number(each.recall()),
          number(each.meanDicePerPatient()),
          each.emptySlicesClean());
    }
  }

  private void reliability(PrintWriter out) {
    Calibration pancreas = evaluation.calibrationOfPancreasSlices();
    Calibration all = evaluation.calibrationOfAllSlices();
    String row = "%-11s %11s %6s %9s %14s %6s %9s%n";
    out.printf(row, "", "slices with", "", "", "all slices", "", "");
    out.printf(row, "probability", "voxels", "mean", "pancreas", "voxels", "mean", "pancreas");
    for (int i = 0; i < all.reliability().size(); i++) {
      Calibration.Bin one = pancreas.reliability().get(i);
      Calibration.Bin other = all.reliability().get(i);
      out.printf(
          row,
          String.format(Locale.ROOT, "%.1f to %.1f", one.from(), one.to()),
          one.voxels(),
          number(one.meanProbability()),
          number(one.pancreasShare()),
          other.voxels(),
          number(other.meanProbability()),
          number(other.pancreasShare()));
    }
    new Summary()
        .add(
            "expected calibration error",
            small(pancreas, all, Calibration::expectedCalibrationError))
        .add("negative log-likelihood", small(pancreas, all, Calibration::negativeLogLikelihood))
        .add("Brier score", small(pancreas, all, Calibration::brierScore))
        .print(out);
  }

  private static String small(
      Calibration pancreas, Calibration all, ToDoubleFunction<Calibration> number) {
    return String.format(
        Locale.ROOT,
        "%.6f in slices with pancreas, %.6f in all",
        number.applyAsDouble(pancreas),
        number.applyAsDouble(all));
  }

  private static String spread(Spread spread) {
    return String.format(
        Locale.ROOT,
        "mean %s, sd %s, median %s, %s to %s",
        number(spread.mean()),
        number(spread.sd()),
        number(spread.median()),
        number(spread.min()),
        number(spread.max()));
  }

  /** Three digits, or a dash where the number is not defined. */
  private static String number(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.3f", value);
  }
}
