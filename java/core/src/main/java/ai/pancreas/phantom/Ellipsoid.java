package ai.pancreas.phantom;

/** An ellipsoid along the axes of the standard body: centre and radii, mm. */
record Ellipsoid(double cx, double cy, double cz, double rx, double ry, double rz)
    implements Shape {

  Box bounds() {
    return Box.around(cx, cy, cz, rx, ry, rz);
  }

  @Override
  public double distance(Site site) {
    double ux = (site.x - cx) / rx;
    double uy = (site.y - cy) / ry;
    double uz = (site.z - cz) / rz;
    double gx = ux / rx;
    double gy = uy / ry;
    double gz = uz / rz;
    double k0 = Math.sqrt(ux * ux + uy * uy + uz * uz);
    double k1 = Math.sqrt(gx * gx + gy * gy + gz * gz);
    // At the very centre both are 0: as deep as the smallest radius.
    return k1 < 1e-9 ? -Math.min(rx, Math.min(ry, rz)) : k0 * (k0 - 1) / k1;
  }
}
