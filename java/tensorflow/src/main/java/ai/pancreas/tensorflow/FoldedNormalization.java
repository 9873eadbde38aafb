package ai.pancreas.tensorflow;

import ai.pancreas.model.NetworkDescription;
import ai.pancreas.model.ResidualBlock;
import ai.pancreas.model.Tensor;
import ai.pancreas.model.TensorShape;
import ai.pancreas.model.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;

/**
 * The networks of 2024 without their batch normalisation, which for inference goes into the kernels
 * and biases of the convolutions before it: with {@code f = gamma / sqrt(variance + epsilon)} of
 * the channel, {@code f} times the kernel, and the bias {@code beta + f (bias - mean)}.
 */
public final class FoldedNormalization {
  private static final Map<String, String> NORMS =
      Map.of("conv0", "norm0", "conv1", "norm1", "shortcut", "shortcutNorm", "w", "norm");

  private static final String KERNEL = "kernel";

  private FoldedNormalization() {}

  /**
   * The batch normalisation that follows a convolution, such as {@code encoder0/norm0} that follows
   * {@code encoder0/conv0}; empty if none does.
   */
  public static Optional<String> normOf(String convolution) {
    int name = convolution.lastIndexOf('/') + 1;
    return Optional.ofNullable(NORMS.get(convolution.substring(name)))
        .map(norm -> convolution.substring(0, name) + norm);
  }

  /** What follows a convolution of a folded network: its bias alone. */
  public static <T extends TNumber> Normalizer<T> normalizer(Ops tf) {
    return (x, bias, convolution) -> tf.nn.biasAdd(x, bias);
  }

  /** The tensors that are left. */
  public static List<TensorShape> tensors(NetworkDescription network) {
    return network.tensors().stream()
        .filter(tensor -> !NORMS.containsValue(lastPart(layer(tensor.name()))))
        .toList();
  }

  /** The weights that do without normalisation what the given ones do with it. */
  public static Weights fold(NetworkDescription network, Weights weights) {
    List<Tensor> tensors = new ArrayList<>();
    for (TensorShape shape : tensors(network)) {
      Tensor tensor = weights.get(shape.name());
      tensors.add(
          normOf(layer(shape.name())).map(norm -> folded(tensor, norm, weights)).orElse(tensor));
    }
    return new Weights(tensors);
  }

  private static Tensor folded(Tensor tensor, String norm, Weights weights) {
    double[] factors = factors(norm, weights);
    float[] beta = weights.get(norm + "/beta").values();
    float[] mean = weights.get(norm + "/mean").values();
    boolean isKernel = lastPart(tensor.name()).equals(KERNEL);
    float[] values = tensor.values().clone();
    for (int i = 0; i < values.length; i++) {
      int channel = i % factors.length;
      values[i] =
          (float)
              (isKernel
                  ? factors[channel] * values[i]
                  : beta[channel] + factors[channel] * ((double) values[i] - mean[channel]));
    }
    return new Tensor(tensor.name(), tensor.shape(), values);
  }

  private static double[] factors(String norm, Weights weights) {
    float[] gamma = weights.get(norm + "/gamma").values();
    float[] variance = weights.get(norm + "/variance").values();
    double[] factors = new double[gamma.length];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = gamma[i] / Math.sqrt((double) variance[i] + ResidualBlock.EPSILON);
    }
    return factors;
  }

  private static String layer(String tensor) {
    return tensor.substring(0, tensor.lastIndexOf('/'));
  }

  private static String lastPart(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }
}
