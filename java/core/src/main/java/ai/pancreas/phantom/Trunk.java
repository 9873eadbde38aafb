package ai.pancreas.phantom;

/**
 * The body without its organs: skin, fat, the muscles around the abdominal cavity, and the fat
 * within it. Endless along z.
 */
final class Trunk {
  private static final double SKIN_MM = 2;

  private final Outline skin;
  private final Outline wall;
  private final Outline cavity;

  /** A rounded cross-section: |x/rx|^2.5 + |(y - cy)/ry|^2.5 = 1. */
  private record Outline(double cy, double rx, double ry) {

    double distance(double x, double y) {
      double u = Math.abs(x) / rx;
      double v = Math.abs(y - cy) / ry;
      double su = u * Math.sqrt(u);
      double sv = v * Math.sqrt(v);
      double gx = 2.5 * su / rx;
      double gy = 2.5 * sv / ry;
      double slope = Math.sqrt(gx * gx + gy * gy);
      // Deep inside the slope vanishes; the depth is then about the smaller radius.
      return (su * u + sv * v - 1) / Math.max(slope, 1 / Math.min(rx, ry));
    }
  }

  Trunk(Patient patient) {
    this.cavity = new Outline(-4, 132, 84);
    this.wall = new Outline(4, 147, 102);
    double front = patient.frontFatMm();
    double back = patient.backFatMm();
    this.skin =
        new Outline(4 + (back - front) / 2, 147 + patient.sideFatMm(), 102 + (front + back) / 2);
  }

  double skinDistance(Site site) {
    return skin.distance(site.x, site.y);
  }

  double cavityDistance(Site site) {
    return cavity.distance(site.x, site.y);
  }

  /** The most posterior point of the back, mm. */
  double backY() {
    return skin.cy + skin.ry;
  }

  /** A box around the cross-section. */
  Box bounds() {
    return new Box(-skin.rx, skin.rx, skin.cy - skin.ry, skin.cy + skin.ry, -1e9, 1e9);
  }

  /** HU at a point inside the skin, before any organ is painted. */
  double hu(Site site, double skinDistance) {
    double hu = Anatomy.blend(Hu.FAT, Hu.SKIN, skinDistance + SKIN_MM);
    double wallDistance = wall.distance(site.x, site.y);
    double inWall = Anatomy.coverage(wallDistance);
    if (inWall > 0) {
      hu += inWall * (muscles(site, wallDistance) - hu);
    }
    double inCavity = Anatomy.coverage(site.cavity);
    return hu + inCavity * (Hu.FAT - hu);
  }

  /** Three flat muscles at the sides with fat between them, two straight ones in front. */
  private static double muscles(Site site, double wallDistance) {
    double fat = 0;
    if (site.y < 60) {
      double layer = site.cavity / (site.cavity - wallDistance + 1e-9);
      double sides = Math.min(1, Math.abs(site.x) / 60 - 0.6);
      if (sides > 0) {
        double sheet = Math.min(Math.abs(layer - 0.38), Math.abs(layer - 0.68)) * 15;
        fat = 0.75 * sides * Math.max(0, 1 - sheet / 1.1);
      }
      if (site.y < -60) {
        // The white line in the middle, and the edge of the straight muscle.
        double x = Math.abs(site.x);
        fat = Math.max(fat, Anatomy.coverage(x - 4));
        fat = Math.max(fat, 0.9 * Anatomy.coverage(Math.abs(x - 66) - 2.5));
      }
    }
    return Hu.MUSCLE + fat * (Hu.FAT - Hu.MUSCLE);
  }
}
