package ai.pancreas.report;

import ai.pancreas.report.CurvePanel.Curve;
import ai.pancreas.report.CurvePanel.Point;
import ai.pancreas.report.TrainingLog.Epoch;
import ai.pancreas.report.TrainingLog.Validation;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The picture of trainings: three diagrams side by side, the names below. */
final class CurvesDrawing {
  /**
   * In this order for people with any colour vision, without the yellow that is hard to see on
   * white: Okabe and Ito, "Color Universal Design", 2008.
   */
  static final List<String> COLOURS =
      List.of("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000");

  private static final int WIDTH = 976;
  private static final double FIRST_PANEL = 48;
  private static final double PANEL_PITCH = 320;
  private static final int LEGEND_TOP = 306;
  private static final int LEGEND_PITCH = 21;
  private static final int LONGEST_NAME = 60;
  private static final int EPOCH_INTERVALS = 6;
  private static final int VALUE_INTERVALS = 8;

  private final SvgText svg = new SvgText();
  private final List<TrainingLog> logs;
  private final Axis epochs;

  private CurvesDrawing(List<TrainingLog> logs) {
    this.logs = logs;
    int last = logs.stream().mapToInt(TrainingLog::lastEpoch).max().orElseThrow();
    this.epochs = Axis.counting(last, EPOCH_INTERVALS);
  }

  /**
   * An SVG 1.1 document.
   *
   * @param logs one to as many as there are colours
   */
  static String draw(List<TrainingLog> logs) {
    CurvesDrawing drawing = new CurvesDrawing(logs);
    drawing.open();
    drawing.drawF1();
    drawing.drawPrecisionAndRecall();
    drawing.drawLoss();
    drawing.drawLegend();
    return drawing.svg.add("</svg>").toString();
  }

  private void open() {
    int height = LEGEND_TOP + LEGEND_PITCH * logs.size();
    String names = logs.stream().map(TrainingLog::name).collect(Collectors.joining(", "));
    svg.add("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")
        .add(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"%d\" height=\"%d\""
                + " viewBox=\"0 0 %d %d\" role=\"img\" font-family=\"sans-serif\" font-size=\"12\""
                + " fill=\"#333333\">",
            WIDTH, height, WIDTH, height)
        .add("<title>Curves of training: %s</title>", SvgText.escape(names))
        .add("<rect width=\"%d\" height=\"%d\" fill=\"#FFFFFF\"/>", WIDTH, height);
  }

  private void drawF1() {
    CurvePanel panel = panel(0, Axis.rounded(0, 1, VALUE_INTERVALS));
    panel.drawFrame(svg, "F1 of validation (dot: best)");
    drawValidation(panel, "F1", false, Validation::f1);
    for (int i = 0; i < logs.size(); i++) {
      TrainingLog log = logs.get(i);
      String colour = COLOURS.get(i);
      log.best()
          .ifPresent(
              best -> {
                Point point = new Point(best.number(), best.validation().orElseThrow().f1());
                panel.mark(svg, log.name() + ", " + result(log), colour, point);
              });
    }
    drawWhereNothingWasValidated(panel);
  }

  private void drawPrecisionAndRecall() {
    CurvePanel panel = panel(1, Axis.rounded(0, 1, VALUE_INTERVALS));
    panel.drawFrame(svg, "Precision (solid) and recall (dashed)");
    drawValidation(panel, "precision", false, Validation::precision);
    drawValidation(panel, "recall", true, Validation::recall);
    drawWhereNothingWasValidated(panel);
  }

  private void drawLoss() {
    double least = 0;
    double largest = 0;
    for (TrainingLog log : logs) {
      for (Epoch epoch : log.epochs()) {
        least = Math.min(least, epoch.loss());
        largest = Math.max(largest, epoch.loss());
      }
    }
    CurvePanel panel = panel(2, Axis.rounded(least, largest, VALUE_INTERVALS));
    panel.drawFrame(svg, "Loss of training");
    for (int i = 0; i < logs.size(); i++) {
      List<Point> points =
          logs.get(i).epochs().stream().map(e -> new Point(e.number(), e.loss())).toList();
      panel.draw(svg, new Curve(logs.get(i).name() + ", loss", COLOURS.get(i), false, points));
    }
  }

  private void drawValidation(
      CurvePanel panel, String what, boolean dashed, ToDoubleFunction<Validation> value) {
    for (int i = 0; i < logs.size(); i++) {
      List<Point> points =
          logs.get(i).epochs().stream()
              .filter(e -> e.validation().isPresent())
              .map(e -> new Point(e.number(), value.applyAsDouble(e.validation().orElseThrow())))
              .filter(point -> !Double.isNaN(point.value()))
              .toList();
      if (!points.isEmpty()) {
        String title = logs.get(i).name() + ", " + what;
        panel.draw(svg, new Curve(title, COLOURS.get(i), dashed, points));
      }
    }
  }

  private void drawWhereNothingWasValidated(CurvePanel panel) {
    if (logs.stream().allMatch(log -> log.best().isEmpty())) {
      panel.drawNothing(svg, "no validation yet");
    }
  }

  private void drawLegend() {
    for (int i = 0; i < logs.size(); i++) {
      TrainingLog log = logs.get(i);
      int y = LEGEND_TOP + LEGEND_PITCH * i;
      svg.add(
          "<path d=\"M%.2f %dh28\" stroke=\"%s\" stroke-width=\"3\"/>",
          FIRST_PANEL, y - 4, COLOURS.get(i));
      svg.add(
          "<text x=\"%.2f\" y=\"%d\">%s<tspan dx=\"12\" fill=\"#666666\">%s</tspan></text>",
          FIRST_PANEL + 36, y, SvgText.escape(shortened(log.name())), result(log));
    }
  }

  private static String result(TrainingLog log) {
    return log.best()
        .map(
            best ->
                String.format(
                    Locale.ROOT,
                    "best F1 %.4f in epoch %d of %d",
                    best.validation().orElseThrow().f1(),
                    best.number(),
                    log.lastEpoch()))
        .orElse("no validation up to epoch " + log.lastEpoch());
  }

  /** The middle of a long name is left out. */
  private static String shortened(String name) {
    int[] characters = name.codePoints().toArray();
    if (characters.length <= LONGEST_NAME) {
      return name;
    }
    int half = LONGEST_NAME / 2;
    return new String(characters, 0, half)
        + "\u2026"
        + new String(characters, characters.length - half, half);
  }

  private CurvePanel panel(int index, Axis values) {
    return new CurvePanel(FIRST_PANEL + PANEL_PITCH * index, epochs, values);
  }
}
