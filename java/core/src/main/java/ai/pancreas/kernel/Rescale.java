package ai.pancreas.kernel;

/** From stored values to HU: slope * stored + intercept (DICOM PS3.3 C.11.1.1.2). */
public record Rescale(double slope, double intercept) {
  /**
   * @throws IllegalArgumentException if a number is not finite
   */
  public Rescale {
    if (!Double.isFinite(slope) || !Double.isFinite(intercept)) {
      throw new IllegalArgumentException("no rescale: " + slope + ", " + intercept);
    }
  }
}
