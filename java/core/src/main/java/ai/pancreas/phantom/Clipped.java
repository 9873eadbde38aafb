package ai.pancreas.phantom;

/** A shape that stays inside the abdominal cavity and below the diaphragm. */
record Clipped(Shape whole, double marginMm) implements Shape {

  @Override
  public Shape near(Box box) {
    return new Clipped(whole.near(box), marginMm);
  }

  @Override
  public double distance(Site s) {
    return Math.max(whole.distance(s), Math.max(s.cavity, s.diaphragm) + marginMm);
  }
}
