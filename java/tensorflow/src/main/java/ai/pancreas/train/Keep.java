package ai.pancreas.train;

/** Which weights a training leaves. */
public enum Keep {
  /**
   * Those of the epoch with the best validation (for segmentation the highest F1, for
   * classification the lowest cross-entropy): the validation patients then have a say in the model,
   * and their figures flatter it.
   */
  BEST,
  /** Those of the last epoch, whatever the validation says. */
  LAST
}
