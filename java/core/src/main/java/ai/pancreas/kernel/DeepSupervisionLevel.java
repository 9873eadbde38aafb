package ai.pancreas.kernel;

import java.nio.FloatBuffer;

/**
 * One decoder level's part in the head of a network with deep supervision. The buffer is used from
 * its position on and not copied.
 *
 * @param map [slice][row / factor][column / factor][channel]
 * @param factor how many times the level's rows and columns are up-sampled, at least 1
 * @param weights of the pointwise convolution from the map's channels to two
 */
public record DeepSupervisionLevel(FloatBuffer map, int factor, ConvolutionWeights weights) {
  /**
   * @throws IllegalArgumentException if the factor is below 1 or the weights have not two outputs
   */
  public DeepSupervisionLevel {
    if (factor < 1) {
      throw new IllegalArgumentException("a factor is at least 1, not " + factor);
    }
    KernelArguments.checkTwoOutputs(weights);
  }
}
