package ai.pancreas.phantom;

/**
 * A shape filled with a tissue, painted over the layers before it.
 *
 * @param bounds holds the whole shape
 */
record Layer(Role role, Box bounds, Shape shape, Tissue tissue) {

  /** What a layer means for the masks. */
  enum Role {
    OTHER,
    PANCREAS,
    /** Pancreas too: an annotated gland has its tumour in it. */
    LESION
  }

  static Layer of(Box bounds, Shape shape, Tissue tissue) {
    return new Layer(Role.OTHER, bounds, shape, tissue);
  }

  static Layer of(Tube tube, Tissue tissue) {
    return of(tube.bounds(), tube, tissue);
  }

  static Layer of(Ellipsoid ellipsoid, Tissue tissue) {
    return of(ellipsoid.bounds(), ellipsoid, tissue);
  }
}
