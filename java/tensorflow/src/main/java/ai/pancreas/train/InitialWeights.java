package ai.pancreas.train;

import ai.pancreas.model.NetworkDescription;
import ai.pancreas.model.Segmentation2021;
import ai.pancreas.model.Tensor;
import ai.pancreas.model.TensorShape;
import ai.pancreas.model.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Weights to start training from, as Keras sets them: kernels Glorot uniform (Glorot and Bengio,
 * AISTATS 2010), biases 0.
 *
 * <p>A kernel's values are uniform from -limit to limit, limit = sqrt(6 / (fan in + fan out)). As
 * in Keras, both fans are a kernel's last two sizes times the product of the others, so that a
 * transposed convolution, whose two are swapped, has the same limit.
 */
public final class InitialWeights {
  private InitialWeights() {}

  /**
   * The weights of a seed: the same on every machine, from {@link Random}, whose algorithm Java
   * defines.
   */
  public static Weights of(NetworkDescription network, long seed) {
    Random random = new Random(seed);
    List<Tensor> tensors = new ArrayList<>();
    for (TensorShape tensor : Segmentation2021.tensors(network.filters())) {
      tensors.add(new Tensor(tensor.name(), tensor.shape(), values(tensor.shape(), random)));
    }
    return new Weights(tensors);
  }

  private static float[] values(List<Integer> shape, Random random) {
    float[] values = new float[product(shape)];
    if (shape.size() == 1) {
      return values;
    }
    int last = shape.size() - 1;
    double fans =
        product(shape.subList(0, last - 1)) * (double) (shape.get(last - 1) + shape.get(last));
    double limit = Math.sqrt(6 / fans);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (limit * (2 * random.nextDouble() - 1));
    }
    return values;
  }

  private static int product(List<Integer> sizes) {
    return sizes.stream().reduce(1, Math::multiplyExact);
  }
}
