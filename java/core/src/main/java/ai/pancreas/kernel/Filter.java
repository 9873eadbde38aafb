package ai.pancreas.kernel;

/** How one axis is resampled. */
public enum Filter {
  /** The axis is left alone; both sizes must be the same. */
  NONE,
  /** Nearest neighbour: the source index of target i is floor((i + 0.5) * source / target). */
  NEAREST,
  /**
   * Linear with half-pixel centres; when the axis shrinks, the triangle is widened by the factor so
   * that every source value counts (anti-aliasing). Weights are normalised at the borders.
   */
  LINEAR
}
