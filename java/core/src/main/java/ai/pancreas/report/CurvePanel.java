package ai.pancreas.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * One of the diagrams of a picture.
 *
 * @param left of the area with the curves, pixels
 * @param epochs from left to right
 * @param values from bottom to top
 */
record CurvePanel(double left, Axis epochs, Axis values) {
  static final double WIDTH = 256;
  static final double TOP = 40;
  static final double HEIGHT = 200;

  private static final double BOTTOM = TOP + HEIGHT;
  private static final double DOT_RADIUS = 2.5;
  private static final double MARK_RADIUS = 4;

  /** A value of an epoch. */
  record Point(int epoch, double value) {}

  /**
   * A line through points.
   *
   * @param title what viewers show of it
   * @param colour such as {@code #0072B2}
   */
  record Curve(String title, String colour, boolean dashed, List<Point> points) {}

  /** Draws the axes, with a name above. */
  void drawFrame(SvgText svg, String name) {
    double right = left + WIDTH;
    svg.add("<text x=\"%.2f\" y=\"%.2f\" font-weight=\"bold\">%s</text>", left, TOP - 16, name);
    for (Axis.Tick tick : values.ticks()) {
      double y = y(tick.value());
      svg.add("<path d=\"M%.2f %.2fH%.2f\" stroke=\"#E4E4E4\"/>", left, y, right);
      svg.add(
          "<text x=\"%.2f\" y=\"%.2f\" text-anchor=\"end\">%s</text>",
          left - 8, y + 4, tick.label());
    }
    for (Axis.Tick tick : epochs.ticks()) {
      double x = x(tick.value());
      svg.add("<path d=\"M%.2f %.2fv5\" stroke=\"#767676\"/>", x, BOTTOM);
      svg.add(
          "<text x=\"%.2f\" y=\"%.2f\" text-anchor=\"middle\">%s</text>",
          x, BOTTOM + 19, tick.label());
    }
    svg.add(
        "<path d=\"M%.2f %.2fV%.2fH%.2f\" fill=\"none\" stroke=\"#767676\"/>",
        left, TOP, BOTTOM, right);
    svg.add(
        "<text x=\"%.2f\" y=\"%.2f\" text-anchor=\"middle\">epoch</text>",
        left + WIDTH / 2, BOTTOM + 37);
  }

  /** Draws a curve; one of a single point as a dot, hollow where it would be dashed. */
  void draw(SvgText svg, Curve curve) {
    String title = SvgText.escape(curve.title());
    if (curve.points().size() == 1) {
      Point point = curve.points().get(0);
      svg.add(
          "<circle cx=\"%.2f\" cy=\"%.2f\" r=\"%.2f\" fill=\"%s\" stroke=\"%s\">"
              + "<title>%s</title></circle>",
          x(point.epoch()),
          y(point.value()),
          DOT_RADIUS,
          curve.dashed() ? "#FFFFFF" : curve.colour(),
          curve.colour(),
          title);
      return;
    }
    String path =
        curve.points().stream()
            .map(p -> String.format(Locale.ROOT, "%.2f %.2f", x(p.epoch()), y(p.value())))
            .collect(Collectors.joining("L", "M", ""));
    svg.add(
        "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.75\""
            + " stroke-linejoin=\"round\"%s><title>%s</title></path>",
        path, curve.colour(), curve.dashed() ? " stroke-dasharray=\"5 3\"" : "", title);
  }

  /** Draws a dot that stands out of the curves. */
  void mark(SvgText svg, String title, String colour, Point point) {
    svg.add(
        "<circle cx=\"%.2f\" cy=\"%.2f\" r=\"%.2f\" fill=\"%s\" stroke=\"#FFFFFF\""
            + " stroke-width=\"1.5\"><title>%s</title></circle>",
        x(point.epoch()), y(point.value()), MARK_RADIUS, colour, SvgText.escape(title));
  }

  /** Says that there is nothing to draw. */
  void drawNothing(SvgText svg, String why) {
    svg.add(
        "<text x=\"%.2f\" y=\"%.2f\" text-anchor=\"middle\">%s</text>",
        left + WIDTH / 2, TOP + HEIGHT / 2, why);
  }

  private double x(double epoch) {
    return left + WIDTH * epochs.share(epoch);
  }

  private double y(double value) {
    return BOTTOM - HEIGHT * values.share(value);
  }
}
