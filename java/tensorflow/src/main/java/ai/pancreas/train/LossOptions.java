package ai.pancreas.train;

import java.util.List;

/**
 * What training minimises: a sum of terms, each with a factor, of the probability p of pancreas and
 * the mask y (0 or 1) over all voxels of a batch.
 *
 * <ul>
 *   <li>Cross-entropy: the mean of {@code -w log q}, with q the probability of the voxel's own
 *       class and w the foreground weight where y is 1, else 1.
 *   <li>Soft Dice: {@code 1 - (2 sum(y p) + 1) / (sum(y) + sum(p) + 1)}.
 *   <li>Weighted Dice, the generalised Dice loss of Sudre et al., Generalised Dice Overlap as a
 *       Deep Learning Loss Function for Highly Unbalanced Segmentations (DLMIA 2017,
 *       arXiv:1707.03237): {@code 1 - 2 sum_c(w_c sum(y_c p_c)) / sum_c(w_c sum(y_c + p_c))} over
 *       the classes c, pancreas and background, with {@code w_c = 1 / max(1, sum(y_c))^2}; a class
 *       that the batch does not hold counts as one voxel, where the paper's weight is infinite.
 * </ul>
 *
 * <p>Deep supervision adds the same sum for the softmax of each map of the network's decoder,
 * up-sampled to full resolution.
 *
 * @param foregroundWeight how much more a voxel of pancreas counts in the cross-entropy than one of
 *     background
 * @param crossEntropy the factor of the cross-entropy; 0 leaves it out
 * @param softDice the factor of soft Dice; 0 leaves it out
 * @param weightedDice the factor of weighted Dice; 0 leaves it out
 * @param deepSupervision the factors of the decoder's maps, deepest first; empty for none
 */
public record LossOptions(
    double foregroundWeight,
    double crossEntropy,
    double softDice,
    double weightedDice,
    List<Double> deepSupervision) {

  /** The reference project's loss: cross-entropy with weight 7 on pancreas. */
  public static final LossOptions REFERENCE = new LossOptions(7, 1, 0, 0, List.of());

  public LossOptions {
    deepSupervision = List.copyOf(deepSupervision);
    requirePositive("the foreground weight", foregroundWeight);
    requireFactor("the factor of cross-entropy", crossEntropy);
    requireFactor("the factor of soft Dice", softDice);
    requireFactor("the factor of weighted Dice", weightedDice);
    deepSupervision.forEach(factor -> requireFactor("a factor of deep supervision", factor));
    requirePositive("the sum of the factors", crossEntropy + softDice + weightedDice);
  }

  private static void requireFactor(String what, double value) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(what + " must be 0 or more: " + value);
    }
  }

  private static void requirePositive(String what, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(what + " must be more than 0: " + value);
    }
  }
}
