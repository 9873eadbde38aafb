package ai.pancreas.train;

/** What one step of training sees. */
public sealed interface BatchOptions {

  /**
   * Slices of all cases, shuffled.
   *
   * @param size slices a step
   * @param positiveShare the share of an epoch's slices that hold pancreas, at most 1: each epoch
   *     then has all slices that do and as many of the others, drawn anew, as that allows; 0 takes
   *     all slices
   */
  record Slices(int size, double positiveShare) implements BatchOptions {
    public Slices {
      if (size < 1 || size > 4096) {
        throw new IllegalArgumentException("1 to 4096 slices a step are possible, not " + size);
      }
      if (!(positiveShare >= 0 && positiveShare <= 1)) {
        throw new IllegalArgumentException(
            "the share of slices with pancreas must be 0 to 1, not " + positiveShare);
      }
    }
  }

  /**
   * One case, as the reference project does it.
   *
   * @param slices slices a step: each case is resampled, nearest neighbour, to 1.1 times as many,
   *     of which a random window is taken (160 in the reference project); 0 takes all slices of a
   *     case as they are
   */
  record Volumes(int slices) implements BatchOptions {
    public Volumes {
      if (slices < 0 || slices > 4096) {
        throw new IllegalArgumentException("0 to 4096 slices a step are possible, not " + slices);
      }
    }
  }
}
