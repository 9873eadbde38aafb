package ai.pancreas.kernel;

import java.nio.FloatBuffer;

/**
 * The weights of an attention gate. The buffers are used from their positions on and not copied.
 *
 * @param channels the channels of the gated image
 * @param gatingChannels the channels of the gating image
 * @param inner the channels of theta and phi
 * @param theta [2][2][channel][inner]
 * @param phi [gating channel][inner]
 * @param phiBias [inner]
 * @param psi [inner]
 * @param psiBias one number
 */
public record AttentionGateWeights(
    int channels,
    int gatingChannels,
    int inner,
    FloatBuffer theta,
    FloatBuffer phi,
    FloatBuffer phiBias,
    FloatBuffer psi,
    float psiBias) {
  /**
   * @throws IllegalArgumentException if a number of channels is not in [1, {@link
   *     Kernels#MAX_AXIS}] or a buffer is too short
   */
  public AttentionGateWeights {
    KernelArguments.checkChannels(channels);
    KernelArguments.checkChannels(gatingChannels);
    KernelArguments.checkChannels(inner);
    KernelArguments.checkSource("theta", theta, 4L * channels * inner);
    KernelArguments.checkSource("phi", phi, (long) gatingChannels * inner);
    KernelArguments.checkSource("phi's bias", phiBias, inner);
    KernelArguments.checkSource("psi", psi, inner);
  }
}
