package ai.pancreas.tensorflow;

import ai.pancreas.model.ResidualBlock;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.op.nn.LeakyRelu;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/**
 * Adds the layers that the networks of 2024 have in common to a graph.
 *
 * <p>Within such a graph volumes are [volume][row][column][slice][channel], the order of Keras's
 * kernels and dense layers: turning an input of one channel around costs less than turning all
 * kernels.
 *
 * @param <T> the type of values and parameters
 */
final class VolumeLayers<T extends TNumber> {
  private static final String SAME = "SAME";

  private final Ops tf;
  private final Parameters<T> parameters;
  private final Normalizer<T> normalizer;

  /** Stands for the one size of a reshaped array that follows from the others. */
  private final Operand<TInt32> rest;

  /**
   * Layers for the graph that the operations belong to.
   *
   * @param normalizer what follows the convolutions that have a batch normalisation
   */
  VolumeLayers(Ops tf, Parameters<T> parameters, Normalizer<T> normalizer) {
    this.tf = tf;
    this.parameters = parameters;
    this.normalizer = normalizer;
    this.rest = tf.constant(-1);
  }

  /** [volume][slice][row][column][channel] as [volume][row][column][slice][channel]. */
  Operand<T> slicesLast(Operand<T> x) {
    return tf.linalg.transpose(x, tf.constant(new int[] {0, 2, 3, 1, 4}));
  }

  /** The reverse of {@link #slicesLast}. */
  Operand<T> slicesFirst(Operand<T> x) {
    return tf.linalg.transpose(x, tf.constant(new int[] {0, 3, 1, 2, 4}));
  }

  /** The outputs of an encoder's blocks, from full resolution down. */
  List<Operand<T>> encoder(Operand<T> x, List<Integer> filters) {
    List<Operand<T>> outputs = new ArrayList<>();
    int in = 1;
    for (int level = 0; level < filters.size(); level++) {
      Operand<T> pooled = level == 0 ? x : maxPool(outputs.get(level - 1));
      outputs.add(residualBlock(pooled, "encoder" + level, in, filters.get(level)));
      in = filters.get(level);
    }
    return outputs;
  }

  /** A {@link ResidualBlock}. */
  Operand<T> residualBlock(Operand<T> x, String name, int in, int filters) {
    Operand<T> hidden = leakyRelu(normalised(x, name + "/conv0"));
    Operand<T> main = normalised(hidden, name + "/conv1");
    Operand<T> shortcut =
        ResidualBlock.hasShortcut(in, filters) ? normalised(x, name + "/shortcut") : x;
    return leakyReluOfSum(main, shortcut, filters);
  }

  /**
   * LeakyReLU of the sum of two convolutions, taken of the sum as [voxel][channel], which costs
   * nothing: right after the sum, TensorFlow 2.18 with oneDNN would make one operation of
   * convolution, bias, addition and LeakyReLU that forgets the slope (and takes 0.2).
   */
  Operand<T> leakyReluOfSum(Operand<T> a, Operand<T> b, int channels) {
    Operand<T> sum = tf.math.add(a, b);
    Operand<T> matrix = tf.reshape(sum, tf.constant(new int[] {-1, channels}));
    return tf.reshape(leakyRelu(matrix), tf.shape(sum));
  }

  /** A convolution and the normalisation that follows it. */
  Operand<T> normalised(Operand<T> x, String name) {
    return normalizer.apply(withoutBias(x, name), parameters.get(name + "/bias"), name);
  }

  /** A convolution with bias. */
  Operand<T> convolution(Operand<T> x, String name) {
    return withBias(withoutBias(x, name), name);
  }

  /** A convolution without bias. */
  Operand<T> withoutBias(Operand<T> x, String name) {
    return tf.nn.conv3d(x, parameters.get(name + "/kernel"), strides(1), SAME);
  }

  /** A transposed convolution of stride 2, to the size of another volume. */
  Operand<T> transposedConvolution(Operand<T> x, String name, Operand<T> sizeOf, int channels) {
    Operand<TInt32> size =
        tf.concat(
            List.of(
                tf.slice(tf.shape(sizeOf), tf.constant(new int[] {0}), tf.constant(new int[] {4})),
                tf.constant(new int[] {channels})),
            tf.constant(0));
    Operand<T> kernel = parameters.get(name + "/kernel");
    return withBias(tf.nn.conv3dBackpropInput(size, kernel, x, strides(2), SAME), name);
  }

  /** Nearest neighbour by a whole factor: columns and slices first, then rows. */
  Operand<T> upSample(Operand<T> x, int factor) {
    if (factor == 1) {
      return x;
    }
    List<? extends Operand<TInt32>> sizes = sizes(x);
    Operand<TInt32> channels = sizes.get(4);
    Operand<TInt32> rows = times(sizes.get(1), factor);
    Operand<TInt32> columns = times(sizes.get(2), factor);
    Operand<TInt32> slices = times(sizes.get(3), factor);
    Operand<TInt32> one = tf.constant(1);
    Operand<T> planes =
        tf.image.resizeNearestNeighbor(
            tf.reshape(x, tf.stack(List.of(rest, sizes.get(2), sizes.get(3), channels))),
            tf.stack(List.of(columns, slices)));
    Operand<T> all =
        tf.image.resizeNearestNeighbor(
            tf.reshape(planes, tf.stack(List.of(sizes.get(0), sizes.get(1), one, rest))),
            tf.stack(List.of(rows, one)));
    return tf.reshape(all, tf.stack(List.of(sizes.get(0), rows, columns, slices, channels)));
  }

  private Operand<T> leakyRelu(Operand<T> x) {
    return tf.nn.leakyRelu(x, LeakyRelu.alpha(ResidualBlock.NEGATIVE_SLOPE));
  }

  /** 2x2x2: columns and slices first, then rows. MaxPool3D has no float64. */
  private Operand<T> maxPool(Operand<T> x) {
    List<? extends Operand<TInt32>> sizes = sizes(x);
    Operand<TInt32> channels = sizes.get(4);
    Operand<T> planes =
        maxPool(
            tf.reshape(x, tf.stack(List.of(rest, sizes.get(2), sizes.get(3), channels))),
            new long[] {1, 2, 2, 1});
    Operand<T> rows =
        maxPool(
            tf.reshape(planes, tf.stack(List.of(sizes.get(0), sizes.get(1), rest, channels))),
            new long[] {1, 2, 1, 1});
    return tf.reshape(
        rows,
        tf.stack(
            List.of(
                sizes.get(0),
                half(sizes.get(1)),
                half(sizes.get(2)),
                half(sizes.get(3)),
                channels)));
  }

  private Operand<T> maxPool(Operand<T> x, long[] size) {
    return tf.scope()
        .opBuilder("MaxPool", "MaxPool")
        .addInput(x.asOutput())
        .setAttr("ksize", size)
        .setAttr("strides", size)
        .setAttr("padding", SAME)
        .build()
        .output(0);
  }

  private List<? extends Operand<TInt32>> sizes(Operand<T> x) {
    return tf.unstack(tf.shape(x), 5L, Unstack.axis(0L)).output();
  }

  private Operand<TInt32> times(Operand<TInt32> size, int factor) {
    return tf.math.mul(size, tf.constant(factor));
  }

  private Operand<TInt32> half(Operand<TInt32> size) {
    return tf.math.div(size, tf.constant(2));
  }

  private Operand<T> withBias(Operand<T> x, String name) {
    return tf.nn.biasAdd(x, parameters.get(name + "/bias"));
  }

  private static List<Long> strides(long stride) {
    return List.of(1L, stride, stride, stride, 1L);
  }
}
