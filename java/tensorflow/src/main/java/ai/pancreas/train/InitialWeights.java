package ai.pancreas.train;

import ai.pancreas.model.NetworkDescription;
import ai.pancreas.model.Tensor;
import ai.pancreas.model.TensorShape;
import ai.pancreas.model.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Weights to start training from, as the reference project has Keras set them: biases 0, kernels of
 * {@code segmentation-2021} and dense layers Glorot uniform (Glorot and Bengio, AISTATS 2010),
 * other kernels He uniform (He et al., arXiv:1502.01852); batch normalisation that changes nothing:
 * gamma and variance 1, beta and mean 0.
 *
 * <p>A kernel's values are uniform from -limit to limit, with limit = sqrt(6 / (fan in + fan out))
 * after Glorot and sqrt(6 / fan in) after He. As in Keras, the fans are a kernel's last two sizes
 * times the product of the others, also for a transposed convolution, whose two are swapped.
 */
public final class InitialWeights {
  private static final Set<String> ONES = Set.of("gamma", "variance");

  private InitialWeights() {}

  /**
   * The weights of a seed: the same on every machine, from {@link Random}, whose algorithm Java
   * defines.
   */
  public static Weights of(NetworkDescription network, long seed) {
    Random random = new Random(seed);
    List<Tensor> tensors = new ArrayList<>();
    for (TensorShape tensor : network.tensors()) {
      float[] values = new float[product(tensor.shape())];
      if (tensor.shape().size() > 1) {
        setUniform(values, limit(network, tensor), random);
      } else if (ONES.contains(lastPart(tensor.name()))) {
        Arrays.fill(values, 1);
      }
      tensors.add(new Tensor(tensor.name(), tensor.shape(), values));
    }
    return new Weights(tensors);
  }

  private static double limit(NetworkDescription network, TensorShape kernel) {
    List<Integer> shape = kernel.shape();
    int last = shape.size() - 1;
    double places = product(shape.subList(0, last - 1));
    int in = shape.get(last - 1);
    boolean isGlorot = !network.isVolumetric() || shape.size() == 2;
    return Math.sqrt(6 / (places * (isGlorot ? in + shape.get(last) : in)));
  }

  private static void setUniform(float[] values, double limit, Random random) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (limit * (2 * random.nextDouble() - 1));
    }
  }

  private static String lastPart(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  private static int product(List<Integer> sizes) {
    return sizes.stream().reduce(1, Math::multiplyExact);
  }
}
