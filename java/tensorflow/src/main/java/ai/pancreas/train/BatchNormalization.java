package ai.pancreas.train;

import ai.pancreas.model.NetworkDescription;
import ai.pancreas.model.Segmentation2021;
import ai.pancreas.model.Tensor;
import ai.pancreas.model.TensorShape;
import ai.pancreas.model.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The scales and statistics that batch normalisation (Ioffe and Szegedy, arXiv:1502.03167) adds to
 * a network while it trains, and how they go into its kernels and biases in the end.
 *
 * <p>Between a 3x3 convolution and its ReLU, each channel is brought to mean 0 and variance 1 over
 * the batch, then multiplied by its scale s; the convolution's bias b is added after that. The
 * network that is kept has no normalisation: with the running mean m and the running variance v of
 * the channel, it has {@code f = s / sqrt(v + epsilon)} times the kernel, and the bias {@code b - f
 * m}.
 */
final class BatchNormalization {
  /** Keeps the divisor from 0; Keras's default. */
  static final float EPSILON = 1e-3f;

  private static final int KERNEL_SIZE = 3;
  private static final String KERNEL = "/kernel";
  private static final String VARIANCE = "/variance";

  private BatchNormalization() {}

  static String scale(String convolution) {
    return convolution + "/scale";
  }

  static String mean(String convolution) {
    return convolution + "/mean";
  }

  static String variance(String convolution) {
    return convolution + VARIANCE;
  }

  /** The convolutions that are normalised, such as {@code encoder0/conv0}. */
  static List<String> convolutions(NetworkDescription network) {
    return kernels(network).stream().map(BatchNormalization::convolution).toList();
  }

  /** The scales of a network. */
  static List<TensorShape> scales(NetworkDescription network) {
    return kernels(network).stream()
        .map(kernel -> new TensorShape(scale(convolution(kernel)), channels(kernel)))
        .toList();
  }

  /** The running means and variances of a network. */
  static List<TensorShape> statistics(NetworkDescription network) {
    List<TensorShape> statistics = new ArrayList<>();
    for (TensorShape kernel : kernels(network)) {
      statistics.add(new TensorShape(mean(convolution(kernel)), channels(kernel)));
      statistics.add(new TensorShape(variance(convolution(kernel)), channels(kernel)));
    }
    return statistics;
  }

  /** The weights of a network, and scales of 1. */
  static Weights withScales(NetworkDescription network, Weights weights) {
    List<Tensor> tensors = new ArrayList<>(weights.tensors());
    scales(network).forEach(scale -> tensors.add(filled(scale, 1)));
    return new Weights(tensors);
  }

  /** Means of 0 and variances of 1. */
  static Weights initialStatistics(NetworkDescription network) {
    return new Weights(
        statistics(network).stream()
            .map(tensor -> filled(tensor, tensor.name().endsWith(VARIANCE) ? 1 : 0))
            .toList());
  }

  /**
   * The network without normalisation that does what the normalised one does with its running
   * statistics.
   *
   * @param weights those of the network and its scales
   */
  static Weights fold(NetworkDescription network, Weights weights, Weights statistics) {
    List<String> normalised = convolutions(network);
    List<Tensor> tensors = new ArrayList<>();
    for (TensorShape shape : Segmentation2021.tensors(network.filters())) {
      Tensor tensor = weights.get(shape.name());
      String convolution = convolution(shape);
      if (!normalised.contains(convolution)) {
        tensors.add(tensor);
        continue;
      }
      float[] factors = factors(weights, statistics, convolution);
      float[] values = tensor.values().clone();
      if (shape.name().endsWith(KERNEL)) {
        for (int i = 0; i < values.length; i++) {
          values[i] *= factors[i % factors.length];
        }
      } else {
        float[] means = statistics.get(mean(convolution)).values();
        for (int i = 0; i < values.length; i++) {
          values[i] -= factors[i] * means[i];
        }
      }
      tensors.add(new Tensor(shape.name(), shape.shape(), values));
    }
    return new Weights(tensors);
  }

  private static float[] factors(Weights weights, Weights statistics, String convolution) {
    float[] factors = weights.get(scale(convolution)).values().clone();
    float[] variances = statistics.get(variance(convolution)).values();
    for (int i = 0; i < factors.length; i++) {
      factors[i] /= (float) Math.sqrt(variances[i] + EPSILON);
    }
    return factors;
  }

  private static List<TensorShape> kernels(NetworkDescription network) {
    return Segmentation2021.tensors(network.filters()).stream()
        .filter(tensor -> tensor.name().endsWith(KERNEL) && tensor.shape().get(0) == KERNEL_SIZE)
        .toList();
  }

  private static String convolution(TensorShape tensor) {
    return tensor.name().substring(0, tensor.name().lastIndexOf('/'));
  }

  private static List<Integer> channels(TensorShape kernel) {
    return List.of(kernel.shape().get(kernel.shape().size() - 1));
  }

  private static Tensor filled(TensorShape shape, float value) {
    float[] values = new float[shape.shape().get(0)];
    Arrays.fill(values, value);
    return new Tensor(shape.name(), shape.shape(), values);
  }
}
