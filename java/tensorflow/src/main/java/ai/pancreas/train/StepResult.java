package ai.pancreas.train;

/**
 * What one training step came to.
 *
 * @param step how many steps the network has made, this one included
 * @param loss the whole loss of the batch, with the weights as they were before the step
 * @param gradientNorm the Euclidean norm of the loss's gradient by all parameters together
 */
public record StepResult(long step, double loss, double gradientNorm) {

  /**
   * Whether the step was sound. After one that was not, the weights and the optimizer's state are
   * worthless: only a state from before helps.
   */
  public boolean isFinite() {
    return Double.isFinite(loss) && Double.isFinite(gradientNorm);
  }
}
