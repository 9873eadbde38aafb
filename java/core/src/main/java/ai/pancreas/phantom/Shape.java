package ai.pancreas.phantom;

/** A region of the body, given by an approximate signed distance. */
@FunctionalInterface
interface Shape {

  /** The distance to the surface, mm: negative inside, exact to first order near the surface. */
  double distance(Site site);

  /**
   * The part of this shape that matters to points inside a box, for speed; equal to this shape
   * there.
   */
  default Shape near(Box box) {
    return this;
  }
}
