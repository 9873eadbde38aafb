package ai.pancreas.phantom;

import java.util.ArrayList;
import java.util.List;

/**
 * A bent tube of varying radius: a chain of short pieces along a smooth curve.
 *
 * <p>The cross-section may be stretched along z, as that of the pancreas is.
 */
final class Tube implements Shape {
  private static final int PIECES_PER_SPAN = 6;

  private final List<Piece> pieces;
  private final double stretchZ;

  /** One piece: from an end to another (z divided by the stretch), radii at both. */
  private record Piece(
      double x,
      double y,
      double z,
      double dx,
      double dy,
      double dz,
      double r0,
      double r1,
      double along,
      double length,
      double inverseLength2,
      Box bounds) {}

  private Tube(List<Piece> pieces, double stretchZ) {
    this.pieces = pieces;
    this.stretchZ = stretchZ;
  }

  /**
   * A tube through the given knots, round in cross-section.
   *
   * @param knots x, y, z and radius of each knot, mm; at least two
   */
  static Tube through(double[]... knots) {
    return stretched(1, knots);
  }

  /** A tube whose cross-section is higher (z) than wide by a factor. */
  static Tube stretched(double stretchZ, double[]... knots) {
    List<double[]> points = new ArrayList<>();
    for (int i = 0; i + 1 < knots.length; i++) {
      for (int step = 0; step < PIECES_PER_SPAN; step++) {
        points.add(between(knots, i, step / (double) PIECES_PER_SPAN));
      }
    }
    points.add(knots[knots.length - 1]);
    List<Piece> pieces = new ArrayList<>();
    double along = 0;
    for (int i = 0; i + 1 < points.size(); i++) {
      Piece piece = piece(points.get(i), points.get(i + 1), along, stretchZ);
      pieces.add(piece);
      along += piece.length();
    }
    return new Tube(List.copyOf(pieces), stretchZ);
  }

  /**
   * The place on a tube's axis, and its radius there, that lie between two knots.
   *
   * @param place counts knots, from 0; need not be whole
   * @return x, y, z and radius, mm
   */
  static double[] between(double[][] knots, double place) {
    int i = Math.min((int) place, knots.length - 2);
    return between(knots, i, place - i);
  }

  private static double[] between(double[][] knots, int i, double t) {
    return catmullRom(
        knots[Math.max(0, i - 1)],
        knots[i],
        knots[i + 1],
        knots[Math.min(knots.length - 1, i + 2)],
        t);
  }

  private static Piece piece(double[] a, double[] b, double along, double stretchZ) {
    double dx = b[0] - a[0];
    double dy = b[1] - a[1];
    double dz = (b[2] - a[2]) / stretchZ;
    double length2 = dx * dx + dy * dy + dz * dz;
    double r = Math.max(a[3], b[3]);
    Box bounds =
        Box.around(a[0], a[1], a[2], r, r, r * stretchZ)
            .and(Box.around(b[0], b[1], b[2], r, r, r * stretchZ));
    return new Piece(
        a[0],
        a[1],
        a[2] / stretchZ,
        dx,
        dy,
        dz,
        a[3],
        b[3],
        along,
        Math.sqrt(length2),
        1 / length2,
        bounds);
  }

  private static double[] catmullRom(double[] a, double[] b, double[] c, double[] d, double t) {
    double[] point = new double[4];
    for (int i = 0; i < 4; i++) {
      double m0 = (c[i] - a[i]) / 2;
      double m1 = (d[i] - b[i]) / 2;
      double t2 = t * t;
      double t3 = t2 * t;
      point[i] =
          (2 * t3 - 3 * t2 + 1) * b[i]
              + (t3 - 2 * t2 + t) * m0
              + (3 * t2 - 2 * t3) * c[i]
              + (t3 - t2) * m1;
    }
    return point;
  }

  Box bounds() {
    Box box = pieces.get(0).bounds();
    for (Piece piece : pieces) {
      box = box.and(piece.bounds());
    }
    return box;
  }

  @Override
  public Shape near(Box box) {
    List<Piece> close = new ArrayList<>();
    for (Piece piece : pieces) {
      if (piece.bounds().touches(box)) {
        close.add(piece);
      }
    }
    return new Tube(close, stretchZ);
  }

  @Override
  public double distance(Site site) {
    double best = 1e9;
    double z = site.z / stretchZ;
    for (int i = 0; i < pieces.size(); i++) {
      Piece p = pieces.get(i);
      double px = site.x - p.x;
      double py = site.y - p.y;
      double pz = z - p.z;
      double t = (px * p.dx + py * p.dy + pz * p.dz) * p.inverseLength2;
      t = Math.max(0, Math.min(1, t));
      double ex = px - t * p.dx;
      double ey = py - t * p.dy;
      double ez = pz - t * p.dz;
      double r = p.r0 + t * (p.r1 - p.r0);
      double distance = Math.sqrt(ex * ex + ey * ey + ez * ez) - r;
      if (distance < best) {
        best = distance;
        site.tubeOffset = ey / r;
        site.tubeAlong = p.along + t * p.length;
      }
    }
    return best;
  }
}
