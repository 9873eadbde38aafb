package ai.pancreas.tensorflow;

import ai.pancreas.model.Segmentation2024;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.family.TNumber;

/**
 * Adds {@link Segmentation2024} to a graph.
 *
 * @param <T> the type of values and parameters
 */
public final class Segmentation2024Graph<T extends TNumber> {
  private final Ops tf;
  private final VolumeLayers<T> layers;
  private final Placeholder<T> input;
  private final Operand<T> probability;

  /**
   * Adds the network.
   *
   * @param normalizer what follows the convolutions that have a batch normalisation
   */
  public Segmentation2024Graph(
      Ops tf,
      Class<T> type,
      List<Integer> filters,
      Parameters<T> parameters,
      Normalizer<T> normalizer) {
    this.tf = tf;
    layers = new VolumeLayers<>(tf, parameters, normalizer);
    input = tf.placeholder(type, Placeholder.shape(Shape.of(-1, -1, -1, -1, 1)));
    Operand<T> logits = logits(filters);
    probability =
        layers.slicesFirst(
            tf.slice(
                tf.nn.softmax(logits),
                tf.constant(new int[] {0, 0, 0, 0, 1}),
                tf.constant(new int[] {-1, -1, -1, -1, 1})));
  }

  /** Receives [volume][slice][row][column][1]. */
  public Operand<T> input() {
    return input;
  }

  /** The probability of pancreas, [volume][slice][row][column][1]. */
  public Operand<T> probability() {
    return probability;
  }

  private Operand<T> logits(List<Integer> filters) {
    int levels = filters.size();
    List<Operand<T>> skips = layers.encoder(layers.slicesLast(input), filters);
    List<Operand<T>> maps = new ArrayList<>();
    Operand<T> x = skips.get(levels - 1);
    for (int level = levels - 2; level >= 0; level--) {
      String decoder = "decoder" + level;
      int f = filters.get(level);
      Operand<T> skip = skips.get(level);
      Operand<T> up = layers.transposedConvolution(x, decoder + "/up", skip, f);
      if (Segmentation2024.isGated(level, levels)) {
        skip = gate(skip, up, decoder + "/gate/", f);
      }
      x = layers.residualBlock(tf.concat(List.of(up, skip), tf.constant(-1)), decoder, 2 * f, f);
      // The softmax of each voxel is the same before and after it is repeated.
      Operand<T> map = tf.nn.softmax(layers.convolution(x, "dsv" + level));
      maps.add(layers.upSample(map, 1 << level));
    }
    return layers.convolution(tf.concat(maps, tf.constant(-1)), "head");
  }

  private Operand<T> gate(Operand<T> skip, Operand<T> gating, String name, int filters) {
    Operand<T> theta = layers.withoutBias(skip, name + "theta");
    Operand<T> phi = layers.convolution(gating, name + "phi");
    Operand<T> attention =
        tf.math.sigmoid(
            layers.convolution(layers.leakyReluOfSum(theta, phi, filters / 2), name + "psi"));
    return layers.normalised(tf.math.mul(skip, attention), name + "w");
  }
}
