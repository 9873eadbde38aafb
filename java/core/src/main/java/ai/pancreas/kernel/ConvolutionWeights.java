package ai.pancreas.kernel;

import java.nio.FloatBuffer;

/**
 * The weights of a convolution. The buffers are used from their positions on and not copied.
 *
 * @param inputs the channels of the source
 * @param outputs the channels of the target
 * @param kernel laid out as {@link Convolution} says
 * @param bias [output]
 */
public record ConvolutionWeights(int inputs, int outputs, FloatBuffer kernel, FloatBuffer bias) {
  /**
   * @throws IllegalArgumentException if a number of channels is not in [1, {@link
   *     Kernels#MAX_AXIS}] or the bias is too short
   */
  public ConvolutionWeights {
    KernelArguments.checkChannels(inputs);
    KernelArguments.checkChannels(outputs);
    KernelArguments.checkSource("kernel", kernel, (long) inputs * outputs);
    KernelArguments.checkSource("bias", bias, outputs);
  }

  /** Weights without a bias, which is a bias of zeros. */
  public static ConvolutionWeights withoutBias(int inputs, int outputs, FloatBuffer kernel) {
    KernelArguments.checkChannels(outputs);
    return new ConvolutionWeights(inputs, outputs, kernel, FloatBuffer.allocate(outputs));
  }
}
