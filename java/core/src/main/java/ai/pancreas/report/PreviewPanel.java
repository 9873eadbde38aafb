package ai.pancreas.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.geom.Line2D;
import java.awt.image.BufferedImage;

/** Paints one plane into a rectangle of a picture, at its true proportions. */
final class PreviewPanel {
  static final int PREDICTION_RGB = 0xFF8A1F;
  static final int TRUTH_RGB = 0x35C8F5;

  private static final double LOWEST_HU = -160;
  private static final double HIGHEST_HU = 240;
  private static final double FILL = 0.2;
  private static final Color LABEL = new Color(0xF2F2F2);

  private final PreviewPlane plane;
  private final Rectangle place;
  private final double lowestHu;
  private final double highestHu;

  /**
   * A panel in a soft-tissue window.
   *
   * @param box where it may paint; the plane is centred in it, as large as fits
   */
  PreviewPanel(PreviewPlane plane, Rectangle box) {
    this(plane, box, LOWEST_HU, HIGHEST_HU);
  }

  /** The same in another window, whose ends become black and white. */
  PreviewPanel(PreviewPlane plane, Rectangle box, double lowestHu, double highestHu) {
    this.plane = plane;
    this.lowestHu = lowestHu;
    this.highestHu = highestHu;
    double scale = Math.min(box.width / plane.widthMm(), box.height / plane.heightMm());
    int width = (int) Math.max(1, Math.min(box.width, Math.round(plane.widthMm() * scale)));
    int height = (int) Math.max(1, Math.min(box.height, Math.round(plane.heightMm() * scale)));
    this.place =
        new Rectangle(
            box.x + (box.width - width) / 2, box.y + (box.height - height) / 2, width, height);
  }

  /** Where the plane lies in the picture. */
  Rectangle place() {
    return place;
  }

  void paint(BufferedImage picture, Graphics2D graphics, PictureFont font) {
    paintVoxels(picture);
    paintLabels(graphics, font);
  }

  /** Paints CT and masks without words: for planes whose place and spacing are not known. */
  void paintVoxels(BufferedImage picture) {
    float[] prediction = resampled(plane.prediction());
    float[] truth = plane.truth().map(this::resampled).orElse(new float[0]);
    for (int y = 0; y < place.height; y++) {
      for (int x = 0; x < place.width; x++) {
        double hu = sample(plane.hu(), x, y);
        double t = (hu - lowestHu) / (highestHu - lowestHu);
        int grey = (int) Math.round(255 * Math.max(0, Math.min(1, t)));
        int rgb = grey << 16 | grey << 8 | grey;
        if (prediction[y * place.width + x] >= 0.5f) {
          rgb = blend(rgb, PREDICTION_RGB, FILL);
        }
        if (isContour(prediction, x, y, 2)) {
          rgb = PREDICTION_RGB;
        }
        if (truth.length > 0 && isContour(truth, x, y, 1)) {
          rgb = TRUTH_RGB;
        }
        picture.setRGB(place.x + x, place.y + y, rgb);
      }
    }
  }

  private float[] resampled(byte[] mask) {
    float[] values = new float[mask.length];
    for (int i = 0; i < mask.length; i++) {
      values[i] = mask[i];
    }
    float[] out = new float[place.width * place.height];
    for (int y = 0; y < place.height; y++) {
      for (int x = 0; x < place.width; x++) {
        out[y * place.width + x] = (float) sample(values, x, y);
      }
    }
    return out;
  }

  /** Whether a pixel inside lies within so many pixels of the outside. */
  private boolean isContour(float[] mask, int x, int y, int widthPx) {
    if (!inside(mask, x, y)) {
      return false;
    }
    for (int distance = 1; distance <= widthPx; distance++) {
      if (!inside(mask, x - distance, y)
          || !inside(mask, x + distance, y)
          || !inside(mask, x, y - distance)
          || !inside(mask, x, y + distance)) {
        return true;
      }
    }
    return false;
  }

  private boolean inside(float[] mask, int x, int y) {
    return x >= 0
        && y >= 0
        && x < place.width
        && y < place.height
        && mask[y * place.width + x] >= 0.5f;
  }

  /** The plane at the centre of a pixel, linear between voxel centres. */
  private double sample(float[] values, int x, int y) {
    double u = (x + 0.5) * plane.columns() / place.width - 0.5;
    double v = (y + 0.5) * plane.rows() / place.height - 0.5;
    u = Math.max(0, Math.min(plane.columns() - 1, u));
    v = Math.max(0, Math.min(plane.rows() - 1, v));
    int column = (int) u;
    int row = (int) v;
    int nextColumn = Math.min(column + 1, plane.columns() - 1);
    int nextRow = Math.min(row + 1, plane.rows() - 1);
    double a = u - column;
    double b = v - row;
    int above = row * plane.columns();
    int below = nextRow * plane.columns();
    return (1 - b) * ((1 - a) * values[above + column] + a * values[above + nextColumn])
        + b * ((1 - a) * values[below + column] + a * values[below + nextColumn]);
  }

  private static int blend(int rgb, int over, double part) {
    int result = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
      int a = rgb >> shift & 0xFF;
      int b = over >> shift & 0xFF;
      result |= (int) Math.round(a + part * (b - a)) << shift;
    }
    return result;
  }

  private void paintLabels(Graphics2D graphics, PictureFont font) {
    double line = font.height();
    double gap = line * 0.8;
    PreviewPlane.View view = plane.view();
    double left = place.x + gap;
    double right = place.x + place.width - gap;
    double top = place.y + gap;
    double bottom = place.y + place.height - gap - line;
    double middleX = place.x + place.width / 2.0;
    double middleY = place.y + place.height / 2.0 - line / 2;
    String title = view + " " + plane.position();
    font.draw(graphics, title, left, top, LABEL);
    font.draw(graphics, view.left(), left, middleY, LABEL);
    font.draw(graphics, view.right(), right - font.width("R"), middleY, LABEL);
    boolean room = left + font.width(title) + 2 * gap < middleX - font.width("A") / 2;
    double topLetter = room ? top : top + line + gap;
    font.draw(graphics, view.top(), middleX - font.width("A") / 2, topLetter, LABEL);
    font.draw(graphics, view.bottom(), middleX - font.width("A") / 2, bottom, LABEL);
    paintScale(graphics, font, right, bottom, gap);
  }

  /** A bar of the longest round length that takes at most a quarter of the width. */
  private void paintScale(
      Graphics2D graphics, PictureFont font, double right, double bottom, double gap) {
    for (int mm : new int[] {100, 50, 20, 10, 5, 2, 1}) {
      double length = mm * place.width / plane.widthMm();
      if (length <= place.width / 4.0) {
        String text = mm + " mm";
        double y = bottom + font.height();
        Line2D bar = new Line2D.Double(right - length, y, right, y);
        graphics.setColor(LABEL);
        graphics.setStroke(
            new BasicStroke(
                (float) (font.height() / 5), BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER));
        graphics.draw(bar);
        font.draw(graphics, text, right - font.width(text), y - font.height() - gap * 0.6, LABEL);
        return;
      }
    }
  }
}
