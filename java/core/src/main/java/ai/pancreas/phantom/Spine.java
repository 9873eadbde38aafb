package ai.pancreas.phantom;

import java.util.List;

/**
 * Vertebrae, discs, spinal canal and ribs. A vertebra and its disc repeat every 35 mm; a disc lies
 * at z = 0.
 */
final class Spine {
  static final double PERIOD_MM = 35;
  static final double CENTRE_Y = 56;

  private static final double DISC_HALF_HEIGHT = 4.2;
  private static final double CANAL_Y = CENTRE_Y + 25;
  private static final double BODY_RX = 23;
  private static final double BODY_RY = 17;

  private final long seed;

  Spine(long seed) {
    this.seed = seed;
  }

  List<Layer> layers() {
    return List.of(
        Layer.of(column(70), Spine::ribs, (s, d) -> bone(s, d, 1.8, 140)),
        Layer.of(column(70), Spine::cartilage, Tissue.of(Hu.CARTILAGE)),
        Layer.of(column(60), Spine::arch, (s, d) -> bone(s, d, 1.6, 300)),
        Layer.of(column(40), Spine::body, this::vertebra),
        Layer.of(column(25), Spine::canal, Spine::canalContent));
  }

  /** Ribs are all around the body, the rest is near the spine. */
  private static Box column(double halfWidth) {
    return halfWidth > 65
        ? Box.EVERYWHERE
        : new Box(-halfWidth, halfWidth, CENTRE_Y - 25, CENTRE_Y + 75, -1e9, 1e9);
  }

  private static double body(Site s) {
    double waist = 2.2 * (1 - square(fromMiddle(s) / 17));
    return ellipse(s.x, s.y - CENTRE_Y, BODY_RX - waist, BODY_RY - waist);
  }

  private double vertebra(Site s, double distance) {
    double toDisc = Math.abs(fromDisc(s)) - DISC_HALF_HEIGHT;
    double inDisc = Anatomy.coverage(toDisc);
    double depth = Math.min(-distance, toDisc);
    double cortex = Math.max(0, Math.min(1, 2 - depth / 1.2));
    double texture = 45 * Lattice.smooth(seed, s.x / 2.6, s.y / 2.6, s.z / 4);
    double hu = Hu.SPONGY_BONE + texture + cortex * (Hu.CORTICAL_BONE * 0.8 - Hu.SPONGY_BONE);
    return hu + inDisc * (Hu.DISC - hu);
  }

  /** Laminae, spinous and transverse processes, pedicles. */
  private static double arch(Site s) {
    double dz = fromMiddle(s);
    double x = Math.abs(s.x);
    double outer = ellipse(s.x, s.y - CANAL_Y, 17, 14);
    double ring = Math.max(outer, Math.abs(dz + 2) - 12);
    double spinous =
        box(x, s.y - (CANAL_Y + 18), dz + 8, 2.6 + 0.8 * Math.max(0, (s.y - 100) / 6), 9, 9);
    // A transverse process goes out and a little back.
    double transverse = box(x - 26, s.y - (CANAL_Y - 1 + (x - 16) * 0.18), dz - 3, 14, 3.4, 4.5);
    // Facet joints at the height of the disc.
    double facet = ellipse3(x - 15, s.y - (CANAL_Y + 4), fromDisc(s), 6.5, 7.5, 11);
    return Math.min(Math.min(ring, spinous), Math.min(transverse, facet));
  }

  private static double canal(Site s) {
    return ellipse(s.x, s.y - CANAL_Y, 11.5, 8.5);
  }

  private static double canalContent(Site s, double distance) {
    return Anatomy.blend(Hu.FAT * 0.4, Hu.CORD, distance + 1.8);
  }

  private static double bone(Site s, double distance, double shellMm, double marrowHu) {
    double t = Math.max(0, Math.min(1, (-distance - shellMm) / 1.2 + 0.5));
    return Hu.CORTICAL_BONE + t * (marrowHu - Hu.CORTICAL_BONE);
  }

  private static double ribs(Site s) {
    double toWall = wallPlane(s);
    if (toWall > 8 || s.z < -60) {
      return 8;
    }
    double angle = fromBack(s);
    return rib(s, angle, toWall, 6.8, 4.2, 0.22, ribEnd(s, angle));
  }

  private static double cartilage(Site s) {
    double toWall = wallPlane(s);
    if (toWall > 8 || s.z < 20) {
      return 8;
    }
    double angle = fromBack(s);
    if (angle < 2) {
      return 8;
    }
    return rib(s, angle, toWall, 6.2, 3.6, ribEnd(s, angle), ribEnd(s, angle) + 0.25);
  }

  private static double wallPlane(Site s) {
    return Math.abs(s.cavity - 6.5);
  }

  /** The angle from the back around the body, 0 to pi. */
  private static double fromBack(Site s) {
    return StrictMath.atan2(Math.abs(s.x) / 132, (s.y + 4) / 84);
  }

  /** How far the ribs reach around the body: the lowest two are short. */
  private static double ribEnd(Site s, double angle) {
    return switch ((int) ribNumber(s, angle)) {
      case 1 -> 1.0;
      case 2 -> 1.5;
      case 3 -> 2.1;
      default -> 2.35;
    };
  }

  /** Counted from the lowest, 1; fractions lie between ribs. Ribs fall from the back forwards. */
  private static double ribNumber(Site s, double angle) {
    double heightAtBack = s.z + 78 * (angle - 0.25);
    return Math.floor((heightAtBack - 52 + PERIOD_MM * 1.5) / PERIOD_MM);
  }

  private static double rib(
      Site s,
      double angle,
      double toWall,
      double halfHeight,
      double halfWidth,
      double from,
      double to) {
    double number = ribNumber(s, angle);
    if (number < 1) {
      return 8;
    }
    double heightAtBack = s.z + 78 * (angle - 0.25);
    double above = (heightAtBack - 52 - PERIOD_MM * (number - 1)) * 0.83;
    double round = ellipse(above, toWall, halfHeight, halfWidth);
    double ends = Math.max(from - angle, angle - to) * 110;
    return Math.max(round, ends);
  }

  private static double fromDisc(Site s) {
    return s.z - PERIOD_MM * Math.rint(s.z / PERIOD_MM);
  }

  private static double fromMiddle(Site s) {
    double shifted = s.z - PERIOD_MM / 2;
    return shifted - PERIOD_MM * Math.rint(shifted / PERIOD_MM);
  }

  private static double ellipse(double x, double y, double rx, double ry) {
    return ellipse3(x, y, 0, rx, ry, 1);
  }

  private static double ellipse3(double x, double y, double z, double rx, double ry, double rz) {
    double ux = x / rx;
    double uy = y / ry;
    double uz = z / rz;
    double k0 = Math.sqrt(ux * ux + uy * uy + uz * uz);
    double k1 = Math.sqrt(square(ux / rx) + square(uy / ry) + square(uz / rz));
    return k1 < 1e-9 ? -Math.min(rx, ry) : k0 * (k0 - 1) / k1;
  }

  private static double box(double x, double y, double z, double rx, double ry, double rz) {
    return Math.max(Math.abs(x) - rx, Math.max(Math.abs(y) - ry, Math.abs(z) - rz));
  }

  private static double square(double v) {
    return v * v;
  }
}
