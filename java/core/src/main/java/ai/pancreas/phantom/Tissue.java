package ai.pancreas.phantom;

/** What fills a shape. */
@FunctionalInterface
interface Tissue {

  /**
   * The value at a point, HU.
   *
   * @param distance what the shape returned for the point
   */
  double hu(Site site, double distance);

  /** The same everywhere. */
  static Tissue of(double hu) {
    return (site, distance) -> hu;
  }

  /** A wall of the given thickness around something else. */
  static Tissue walled(double wallHu, double thicknessMm, Tissue content) {
    return (site, distance) -> {
      double inner = content.hu(site, distance);
      // Half a millimetre of blur between the two.
      double t = Math.min(1, Math.max(0, (-distance - thicknessMm) * 2 + 0.5));
      return wallHu + t * (inner - wallHu);
    };
  }
}
