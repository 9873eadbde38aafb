package ai.pancreas.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Path2D;
import java.util.HashMap;
import java.util.Map;

/**
 * A small font of strokes: capitals, digits and a few signs. A machine without fonts, as many
 * servers and containers are, cannot draw text with Java's own.
 */
final class PictureFont {
  private static final double CELL = 5.4;
  private static final double CAP_HEIGHT = 6;

  /** Strokes on a grid of 5 x 7 points: pairs of column and row, strokes parted by blanks. */
  private static final Map<Character, String> GLYPHS = new HashMap<>();

  static {
    String[] glyphs = {
      "A", "0602204246 0444",
      "B", "06003041423303 3344453606",
      "C", "4130100105163645",
      "D", "06002042442606",
      "E", "40000646 0333",
      "F", "400006 0333",
      "G", "41301001051636454323",
      "H", "0006 4046 0343",
      "I", "1030 2026 1636",
      "J", "4045361605",
      "K", "0006 400346",
      "L", "000646",
      "M", "0600234046",
      "N", "06004640",
      "O", "103041453616050110",
      "P", "06003041423303",
      "Q", "103041453616050110 2446",
      "R", "06003041423303 2346",
      "S", "413010010213334445361605",
      "T", "0040 2026",
      "U", "000516364540",
      "V", "002640",
      "W", "0016233640",
      "X", "0046 4006",
      "Y", "002340 2326",
      "Z", "00400646",
      "0", "103041453616050110",
      "1", "112026 1636",
      "2", "01103041420646",
      "3", "01103041423323 334445361605",
      "4", "36300444",
      "5", "4000033344453606",
      "6", "413010010516364544331304",
      "7", "004016",
      "8", "13020110304142331304051636454433",
      "9", "051636454130100102133342",
      ".", "2526",
      ",", "2517",
      "-", "1333",
      "_", "0646",
      "+", "1333 2224",
      ":", "2122 2526",
      "/", "0640",
      "(", "30212536",
      ")", "10212516"
    };
    for (int i = 0; i < glyphs.length; i += 2) {
      GLYPHS.put(glyphs[i].charAt(0), glyphs[i + 1]);
    }
  }

  private final double unit;

  /** A font whose capitals have the given height, pixels. */
  PictureFont(double heightPx) {
    this.unit = heightPx / CAP_HEIGHT;
  }

  /** The height of capitals, pixels. */
  double height() {
    return unit * CAP_HEIGHT;
  }

  double width(String text) {
    return Math.max(0, text.length() * CELL - 1.4) * unit;
  }

  /**
   * Draws text with a dark rim, so that it can be read on any background.
   *
   * @param x the left edge, pixels
   * @param y the top of the capitals, pixels
   */
  void draw(Graphics2D graphics, String text, double x, double y, Color color) {
    Path2D path = new Path2D.Double();
    for (int i = 0; i < text.length(); i++) {
      String glyph = GLYPHS.get(Character.toUpperCase(text.charAt(i)));
      if (glyph != null) {
        for (String stroke : glyph.split(" ")) {
          append(path, stroke, x + i * CELL * unit, y);
        }
      }
    }
    float line = (float) Math.max(1, unit * 0.85);
    graphics.setColor(new Color(0, 0, 0, 170));
    graphics.setStroke(round(line + 2.4f));
    graphics.draw(path);
    graphics.setColor(color);
    graphics.setStroke(round(line));
    graphics.draw(path);
  }

  private void append(Path2D path, String stroke, double x, double y) {
    for (int i = 0; i < stroke.length(); i += 2) {
      double px = x + (stroke.charAt(i) - '0') * unit;
      double py = y + (stroke.charAt(i + 1) - '0') * unit;
      if (i == 0) {
        path.moveTo(px, py);
      } else {
        path.lineTo(px, py);
      }
    }
  }

  private static BasicStroke round(float width) {
    return new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
  }
}
