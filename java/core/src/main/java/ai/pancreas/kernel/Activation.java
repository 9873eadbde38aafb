package ai.pancreas.kernel;

/** What follows a convolution. */
public enum Activation {
  /** Nothing. */
  NONE,
  /** Values below 0 become 0; NaN stays NaN. */
  RELU
}
