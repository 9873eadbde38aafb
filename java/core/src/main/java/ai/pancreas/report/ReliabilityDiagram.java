package ai.pancreas.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * A picture of observed shares over the probabilities that were predicted, with intervals, and of
 * how many there were below. Needs neither a screen nor fonts. Thread-safe.
 */
public final class ReliabilityDiagram {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 900;
  private static final double LEFT = 110;
  private static final double SIDE = 600;
  private static final double TOP = 110;
  private static final double BOTTOM = TOP + SIDE;
  private static final double BARS_TOP = BOTTOM + 50;
  private static final double BARS_HEIGHT = 50;
  private static final double TEXT = 11;
  private static final double DOT_RADIUS = 5;
  private static final double WHISKER = 6;
  private static final Axis UNIT = Axis.rounded(0, 1, 5);
  private static final Color BACKGROUND = new Color(0x101418);
  private static final Color GRID = new Color(0x30363C);
  private static final Color LABEL = new Color(0xF2F2F2);
  private static final Color QUIET = new Color(0xB0B0B0);
  private static final Color CURVE = new Color(0xE69F00);
  private static final Color BARS = new Color(0x56B4E9);

  private final Graphics2D graphics;
  private final PictureFont font = new PictureFont(TEXT);

  private ReliabilityDiagram(Graphics2D graphics) {
    this.graphics = graphics;
  }

  /**
   * Predictions between two probabilities.
   *
   * @param count how many; bars without any have no point
   * @param meanProbability where the point lies from left to right, 0 to 1
   * @param share where it lies from bottom to top, 0 to 1
   * @param low where its interval begins
   * @param high where its interval ends
   */
  public record Bar(
      double from,
      double to,
      long count,
      double meanProbability,
      double share,
      double low,
      double high) {}

  /**
   * Draws the picture.
   *
   * @param bars from probability 0 to 1
   * @param title drawn in capitals; signs that {@code PictureFont} lacks are left blank
   * @param numbers what was counted, drawn likewise
   */
  public static BufferedImage render(List<Bar> bars, String title, String numbers) {
    BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    try {
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      graphics.setColor(BACKGROUND);
      graphics.fillRect(0, 0, WIDTH, HEIGHT);
      ReliabilityDiagram diagram = new ReliabilityDiagram(graphics);
      diagram.paintText(title, numbers);
      diagram.paintFrame();
      diagram.paintCurve(bars.stream().filter(bar -> bar.count() > 0).toList());
      diagram.paintBars(bars);
    } finally {
      graphics.dispose();
    }
    return picture;
  }

  private void paintText(String title, String numbers) {
    font.draw(graphics, title, LEFT, 24, LABEL);
    font.draw(graphics, numbers, LEFT, 24 + 2 * TEXT, LABEL);
    font.draw(graphics, "observed share, 0.95 interval", LEFT, TOP - 2.2 * TEXT, QUIET);
    centred("probability", LEFT + SIDE / 2, BOTTOM + 28, QUIET);
    font.draw(graphics, "patients", LEFT, BARS_TOP - 3, QUIET);
    String notice = "research use only - not a medical device";
    font.draw(graphics, notice, LEFT + SIDE - font.width(notice), HEIGHT - 2 * TEXT, QUIET);
  }

  private void paintFrame() {
    graphics.setStroke(new BasicStroke(1));
    for (Axis.Tick tick : UNIT.ticks()) {
      graphics.setColor(GRID);
      graphics.draw(new Line2D.Double(x(tick.value()), TOP, x(tick.value()), BOTTOM));
      graphics.draw(new Line2D.Double(LEFT, y(tick.value()), LEFT + SIDE, y(tick.value())));
      centred(tick.label(), x(tick.value()), BOTTOM + 10, LABEL);
      double left = LEFT - 12 - font.width(tick.label());
      font.draw(graphics, tick.label(), left, y(tick.value()) - TEXT / 2, LABEL);
      graphics.setStroke(new BasicStroke(1));
    }
    graphics.setColor(QUIET);
    graphics.setStroke(
        new BasicStroke(
            1.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10, new float[] {7, 6}, 0));
    graphics.draw(new Line2D.Double(x(0), y(0), x(1), y(1)));
  }

  private void paintCurve(List<Bar> bars) {
    graphics.setColor(CURVE);
    graphics.setStroke(new BasicStroke(2));
    Path2D path = new Path2D.Double();
    for (Bar bar : bars) {
      double x = x(bar.meanProbability());
      if (path.getCurrentPoint() == null) {
        path.moveTo(x, y(bar.share()));
      } else {
        path.lineTo(x, y(bar.share()));
      }
      graphics.draw(new Line2D.Double(x, y(bar.low()), x, y(bar.high())));
      for (double end : new double[] {bar.low(), bar.high()}) {
        graphics.draw(new Line2D.Double(x - WHISKER, y(end), x + WHISKER, y(end)));
      }
      graphics.fill(
          new Ellipse2D.Double(
              x - DOT_RADIUS, y(bar.share()) - DOT_RADIUS, 2 * DOT_RADIUS, 2 * DOT_RADIUS));
    }
    graphics.draw(path);
  }

  private void paintBars(List<Bar> bars) {
    long most = bars.stream().mapToLong(Bar::count).max().orElse(0);
    for (Bar bar : bars) {
      if (bar.count() > 0) {
        double height = BARS_HEIGHT * bar.count() / most;
        double top = BARS_TOP + 2 * TEXT + BARS_HEIGHT - height;
        double width = x(bar.to()) - x(bar.from());
        graphics.setColor(BARS);
        graphics.fill(new Rectangle2D.Double(x(bar.from()) + 2, top, width - 4, height));
        String count = String.valueOf(bar.count());
        if (font.width(count) < width) {
          double below = BARS_TOP + 2 * TEXT + BARS_HEIGHT + 6;
          centred(count, x(bar.from()) + width / 2, below, LABEL);
        }
      }
    }
  }

  private void centred(String text, double middle, double top, Color colour) {
    font.draw(graphics, text, middle - font.width(text) / 2, top, colour);
  }

  private static double x(double probability) {
    return LEFT + SIDE * UNIT.share(probability);
  }

  private static double y(double share) {
    return BOTTOM - SIDE * UNIT.share(share);
  }
}
