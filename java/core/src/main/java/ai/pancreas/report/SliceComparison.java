package ai.pancreas.report;

import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Mask;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.Optional;

/**
 * A picture of one axial slice with the contours of prediction (orange) and truth (blue), colours
 * that differ for the colour-blind too: the whole slice, and the region around both masks. Needs
 * neither a screen nor fonts. Thread-safe.
 */
public final class SliceComparison {
  private static final int PANEL = 768;
  private static final int GAP = 6;

  /** How far the region reaches beyond the masks, as a part of the slice's larger side. */
  private static final double MARGIN = 0.06;

  /** The region's smallest side, as a part of the slice's larger side. */
  private static final double SMALLEST_REGION = 0.25;

  private static final Color LABEL = new Color(0xF2F2F2);
  private static final Color QUIET = new Color(0xB0B0B0);

  private SliceComparison() {}

  /**
   * Draws the picture.
   *
   * @param ct one slice in the order of {@link ai.pancreas.volume.Orientation#LPS}
   * @param prediction on its grid
   * @param truth on its grid
   * @param lowestHu what is drawn black
   * @param highestHu what is drawn white
   * @param title drawn in capitals; signs that {@code PictureFont} lacks are left blank
   * @param numbers what was measured, drawn likewise
   */
  public static BufferedImage render(
      CtVolume ct,
      Mask prediction,
      Mask truth,
      double lowestHu,
      double highestHu,
      String title,
      String numbers) {
    PreviewPlane whole =
        PreviewPlane.read(
            PreviewPlane.View.AXIAL, ct, prediction, Optional.of(truth), new int[] {0, 0, 0});
    PictureFont font = new PictureFont(13);
    int line = (int) Math.round(font.height() * 2);
    int width = 2 * PANEL + GAP;
    int top = line + line / 2;
    BufferedImage picture = new BufferedImage(width, top + PANEL + top, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    try {
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      new PreviewPanel(whole, new Rectangle(0, top, PANEL, PANEL), lowestHu, highestHu)
          .paintVoxels(picture);
      new PreviewPanel(
              region(whole), new Rectangle(PANEL + GAP, top, PANEL, PANEL), lowestHu, highestHu)
          .paintVoxels(picture);
      double textTop = (top - font.height()) / 2;
      font.draw(graphics, title, font.height(), textTop, LABEL);
      font.draw(graphics, numbers, width - font.height() - font.width(numbers), textTop, LABEL);
      paintFooter(graphics, font, width, top + PANEL + textTop);
    } finally {
      graphics.dispose();
    }
    return picture;
  }

  /** A square around both masks; around the middle where both are empty. */
  private static PreviewPlane region(PreviewPlane plane) {
    int firstColumn = plane.columns();
    int lastColumn = -1;
    int firstRow = plane.rows();
    int lastRow = -1;
    byte[] truth = plane.truth().orElseThrow();
    for (int i = 0; i < truth.length; i++) {
      if ((truth[i] | plane.prediction()[i]) != 0) {
        firstColumn = Math.min(firstColumn, i % plane.columns());
        lastColumn = Math.max(lastColumn, i % plane.columns());
        firstRow = Math.min(firstRow, i / plane.columns());
        lastRow = i / plane.columns();
      }
    }
    int side = Math.max(plane.columns(), plane.rows());
    int wanted =
        (int)
            Math.max(
                SMALLEST_REGION * side,
                Math.max(lastColumn - firstColumn, lastRow - firstRow) + 2 * MARGIN * side);
    int columns = Math.min(plane.columns(), wanted);
    int rows = Math.min(plane.rows(), wanted);
    int fromColumn = from((firstColumn + lastColumn) / 2, columns, plane.columns());
    int fromRow = from((firstRow + lastRow) / 2, rows, plane.rows());
    return plane.part(fromColumn, fromColumn + columns, fromRow, fromRow + rows);
  }

  private static int from(int middle, int length, int all) {
    return Math.max(0, Math.min(all - length, middle - length / 2));
  }

  private static void paintFooter(Graphics2D graphics, PictureFont font, int width, double top) {
    double x = font.height();
    x = paintLegend(graphics, font, "truth", PreviewPanel.TRUTH_RGB, x, top);
    paintLegend(graphics, font, "prediction", PreviewPanel.PREDICTION_RGB, x, top);
    String notice = "research use only - not a medical device";
    font.draw(graphics, notice, width - font.height() - font.width(notice), top, QUIET);
  }

  private static double paintLegend(
      Graphics2D graphics, PictureFont font, String name, int rgb, double x, double top) {
    int side = (int) Math.round(font.height());
    graphics.setColor(new Color(rgb));
    graphics.fillRect((int) x, (int) Math.round(top), side, side);
    font.draw(graphics, name, x + side * 1.6, top, LABEL);
    return x + side * 1.6 + font.width(name) + 2.5 * side;
  }
}
