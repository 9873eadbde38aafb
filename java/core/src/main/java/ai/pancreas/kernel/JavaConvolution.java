package ai.pancreas.kernel;

import java.nio.FloatBuffer;
import java.util.function.IntConsumer;

/**
 * Convolves one target row of one slice at a time, in double and in the order of the definition.
 */
final class JavaConvolution {
  private final Convolution kind;
  private final FloatBuffer source;
  private final ImageShape shape;
  private final ImageShape targetShape;
  private final float[] kernel;
  private final float[] bias;
  private final Activation activation;
  private final FloatBuffer target;

  JavaConvolution(
      Convolution kind,
      FloatBuffer source,
      ImageShape shape,
      ConvolutionWeights weights,
      Activation activation,
      FloatBuffer target) {
    this.kind = kind;
    this.source = source;
    this.shape = shape;
    this.targetShape = kind.target(shape, weights.outputs());
    this.kernel =
        new float[kind.kernelSize() * kind.kernelSize() * weights.inputs() * weights.outputs()];
    this.bias = new float[weights.outputs()];
    this.activation = activation;
    this.target = target;
    weights.kernel().get(weights.kernel().position(), kernel);
    weights.bias().get(weights.bias().position(), bias);
  }

  /** The number of target rows, of all slices. */
  int items() {
    return Math.multiplyExact(targetShape.slices(), targetShape.rows());
  }

  /** Makes the target row of a given number; holds its own working memory, for one thread. */
  IntConsumer newWorker() {
    double[] sums = new double[bias.length];
    float[] pixel = new float[shape.channels()];
    float[] row = new float[targetShape.columns() * bias.length];
    return item -> {
      for (int column = 0; column < targetShape.columns(); column++) {
        sum(item / targetShape.rows(), item % targetShape.rows(), column, pixel, sums);
        for (int output = 0; output < sums.length; output++) {
          boolean cut = activation == Activation.RELU && sums[output] < 0;
          row[column * sums.length + output] = cut ? 0 : (float) sums[output];
        }
      }
      target.put(target.position() + item * row.length, row);
    };
  }

  private void sum(int slice, int row, int column, float[] pixel, double[] sums) {
    for (int output = 0; output < sums.length; output++) {
      sums[output] = bias[output];
    }
    int side = kind.kernelSize();
    for (int ky = 0; ky < side; ky++) {
      int y = sourceIndex(row, ky, shape.rows());
      for (int kx = 0; y >= 0 && kx < side; kx++) {
        int x = sourceIndex(column, kx, shape.columns());
        if (x >= 0) {
          int place = (slice * shape.rows() + y) * shape.columns() + x;
          source.get(source.position() + place * pixel.length, pixel);
          addPixel(pixel, (ky * side + kx) * pixel.length * sums.length, sums);
        }
      }
    }
  }

  /** The index along one axis of the source value that kernel value k brings to a target, or -1. */
  private int sourceIndex(int index, int k, int length) {
    int found =
        switch (kind) {
          case POINTWISE -> index;
          case SAME_3X3 -> index + k - 1;
          case HALVING_2X2 -> 2 * index + k;
          case DOUBLING_4X4 -> (index + 1 - k) % 2 == 0 ? (index + 1 - k) / 2 : -1;
        };
    return found < length ? found : -1;
  }

  private void addPixel(float[] pixel, int first, double[] sums) {
    boolean transposed = kind == Convolution.DOUBLING_4X4;
    int inputStride = transposed ? 1 : sums.length;
    int outputStride = transposed ? pixel.length : 1;
    for (int input = 0; input < pixel.length; input++) {
      double value = pixel[input];
      int weight = first + input * inputStride;
      for (int output = 0; output < sums.length; output++) {
        sums[output] += value * kernel[weight + output * outputStride];
      }
    }
  }
}
