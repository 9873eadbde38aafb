package ai.pancreas.phantom;

/** A shape with a bumpy surface, as glands have. */
record Lobulated(Shape smooth, long seed, double lobuleMm, double depthMm) implements Shape {

  @Override
  public Shape near(Box box) {
    return new Lobulated(smooth.near(box), seed, lobuleMm, depthMm);
  }

  @Override
  public double distance(Site s) {
    double distance = smooth.distance(s);
    if (Math.abs(distance) > 2 * depthMm) {
      return distance;
    }
    double coarse = Lattice.smooth(seed, s.x / lobuleMm, s.y / lobuleMm, s.z / lobuleMm);
    double f = 2.1 / lobuleMm;
    double fine = Lattice.smooth(seed + 1, s.x * f, s.y * f, s.z * f);
    return distance + depthMm * (coarse + 0.4 * fine);
  }
}
