package ai.pancreas.train;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.tensorflow.TensorFlowRuntime;
import java.util.List;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.TensorFlow;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.Conv3d;
import org.tensorflow.op.nn.Conv3dBackpropFilter;
import org.tensorflow.op.nn.Conv3dBackpropInput;

/**
 * The gradients of 3-D convolutions and of transposed ones, which TensorFlow's C++ library has not:
 * each of the three operations is linear in both operands, so that the gradient by one operand is
 * one of the other operations.
 */
final class ConvolutionGradients {
  private static boolean registered;

  private ConvolutionGradients() {}

  /**
   * Makes the gradients known to TensorFlow where that has not happened yet in this process.
   *
   * @throws PancreasException {@code DEVICE} if TensorFlow cannot be loaded or does not take them,
   *     as on Windows
   */
  static synchronized void register() {
    TensorFlowRuntime.load();
    if (registered) {
      return;
    }
    registered = registerBoth();
    if (!registered) {
      throw new PancreasException(
          ErrorCode.DEVICE,
          "TensorFlow does not take the gradients of 3-D convolutions here, as it never does on"
              + " Windows; train this network on Linux or macOS");
    }
  }

  private static boolean registerBoth() {
    try {
      return TensorFlow.registerCustomGradient(Conv3d.OP_NAME, ConvolutionGradients::ofConvolution)
          && TensorFlow.registerCustomGradient(
              Conv3dBackpropInput.OP_NAME, ConvolutionGradients::ofTransposed);
    } catch (UnsupportedOperationException e) {
      return false;
    }
  }

  private static List<Operand<?>> ofConvolution(
      Ops tf, GraphOperation convolution, List<Output<?>> gradients) {
    Output<?> x = convolution.input(0);
    Output<?> kernel = convolution.input(1);
    Output<?> gradient = gradients.get(0);
    return List.of(
        like(convolution, tf, Conv3dBackpropInput.OP_NAME, tf.shape(x), kernel, gradient),
        like(convolution, tf, Conv3dBackpropFilter.OP_NAME, x, tf.shape(kernel), gradient));
  }

  private static List<Operand<?>> ofTransposed(
      Ops tf, GraphOperation transposed, List<Output<?>> gradients) {
    Output<?> size = transposed.input(0);
    Output<?> kernel = transposed.input(1);
    Output<?> x = transposed.input(2);
    Output<?> gradient = gradients.get(0);
    return List.of(
        // Nothing asks for the gradient by the size, but each input must have one.
        tf.zerosLike(size),
        like(transposed, tf, Conv3dBackpropFilter.OP_NAME, gradient, tf.shape(kernel), x),
        like(transposed, tf, Conv3d.OP_NAME, gradient, kernel));
  }

  /** An operation with the strides and the padding of another. */
  private static Operand<?> like(
      GraphOperation other, Ops tf, String type, Operand<?>... operands) {
    OperationBuilder builder = tf.scope().opBuilder(type, type);
    for (Operand<?> operand : operands) {
      builder.addInput(operand.asOutput());
    }
    return builder
        .setAttr("strides", other.attributes().getAttrIntList("strides"))
        .setAttr("padding", other.attributes().getAttrString("padding"))
        .build()
        .output(0);
  }
}
