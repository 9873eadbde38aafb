package ai.pancreas.tensorflow;

import ai.pancreas.model.Segmentation2021;
import ai.pancreas.model.Tensor;
import ai.pancreas.model.Weights;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Adds {@link Segmentation2021} to a graph, in its 2-D form: images are [slice][row][column]
 * [channel] with any number of slices, rows and columns. Weights are constants, so that TensorFlow
 * can fuse and repack them.
 */
final class Segmentation2021Graph {
  private static final String SAME = "SAME";

  private final Ops tf;
  private final List<Integer> filters;
  private final Weights weights;
  private final Placeholder<TFloat32> input;
  private final Operand<TFloat32> probability;

  Segmentation2021Graph(Graph graph, List<Integer> filters, Weights weights) {
    this.tf = Ops.create(graph);
    this.filters = filters;
    this.weights = weights;
    this.input = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, -1, -1, 1)));
    this.probability = build();
  }

  /** Receives [slice][row][column][1]. */
  Operand<TFloat32> input() {
    return input;
  }

  /** The probability of pancreas, [slice][row][column][1]. */
  Operand<TFloat32> probability() {
    return probability;
  }

  private Operand<TFloat32> build() {
    int levels = filters.size();
    List<Operand<TFloat32>> skips = new ArrayList<>();
    Operand<TFloat32> x = input;
    for (int level = 0; level < levels; level++) {
      if (level > 0) {
        x = tf.nn.maxPool(x, tf.constant(strides(2)), tf.constant(strides(2)), SAME);
      }
      x = convolutionPair(x, "encoder" + level);
      skips.add(x);
    }
    Operand<TFloat32> gating = convolution(x, "gating");
    List<Operand<TFloat32>> maps = new ArrayList<>();
    for (int level = levels - 2; level >= 0; level--) {
      String decoder = "decoder" + level;
      Operand<TFloat32> skip = skips.get(level);
      Operand<TFloat32> up = transposedConvolution(x, decoder + "/up", skip);
      if (Segmentation2021.isGated(level, levels)) {
        skip = gate(skip, gating, decoder + "/gate/", 1 << (levels - 2 - level));
      }
      x = convolutionPair(tf.concat(List.of(up, skip), tf.constant(-1)), decoder);
      maps.add(upSample(convolution(x, "dsv" + level), 1 << level));
    }
    Operand<TFloat32> logits = convolution(tf.concat(maps, tf.constant(-1)), "head");
    return tf.slice(
        tf.nn.softmax(logits),
        tf.constant(new int[] {0, 0, 0, 1}),
        tf.constant(new int[] {-1, -1, -1, 1}));
  }

  private Operand<TFloat32> gate(
      Operand<TFloat32> skip, Operand<TFloat32> gating, String name, int factor) {
    Operand<TFloat32> theta = tf.nn.conv2d(skip, kernel(name + "theta"), strideList(2), SAME);
    Operand<TFloat32> phi = upSample(convolution(gating, name + "phi"), factor);
    Operand<TFloat32> attention =
        tf.math.sigmoid(convolution(tf.nn.relu(tf.math.add(theta, phi)), name + "psi"));
    return convolution(tf.math.mul(skip, upSample(attention, 2)), name + "w");
  }

  private Operand<TFloat32> convolutionPair(Operand<TFloat32> x, String name) {
    Operand<TFloat32> first = tf.nn.relu(convolution(x, name + "/conv0"));
    return tf.nn.relu(convolution(first, name + "/conv1"));
  }

  private Operand<TFloat32> convolution(Operand<TFloat32> x, String name) {
    return tf.nn.biasAdd(tf.nn.conv2d(x, kernel(name), strideList(1), SAME), bias(name));
  }

  /** A transposed convolution of stride 2, to the rows and columns of another image. */
  private Operand<TFloat32> transposedConvolution(
      Operand<TFloat32> x, String name, Operand<TFloat32> sizeOf) {
    Tensor bias = weights.get(name + "/bias");
    Operand<TInt32> size =
        tf.concat(
            List.of(
                tf.slice(tf.shape(sizeOf), tf.constant(new int[] {0}), tf.constant(new int[] {3})),
                tf.constant(new int[] {bias.shape().get(0)})),
            tf.constant(0));
    return tf.nn.biasAdd(
        tf.nn.conv2dBackpropInput(size, kernel(name), x, strideList(2), SAME), bias(name));
  }

  /** Nearest neighbour by a whole factor: each value is repeated, whatever the alignment. */
  private Operand<TFloat32> upSample(Operand<TFloat32> x, int factor) {
    if (factor == 1) {
      return x;
    }
    Operand<TInt32> size =
        tf.slice(tf.shape(x), tf.constant(new int[] {1}), tf.constant(new int[] {2}));
    return tf.image.resizeNearestNeighbor(x, tf.math.mul(size, tf.constant(factor)));
  }

  /** A kernel without its slice axis, of size 1: [row, column, in, out] or [..., out, in]. */
  private Operand<TFloat32> kernel(String name) {
    Tensor kernel = weights.get(name + "/kernel");
    List<Integer> shape = kernel.shape();
    return constant(kernel, Shape.of(shape.get(0), shape.get(1), shape.get(3), shape.get(4)));
  }

  private Operand<TFloat32> bias(String name) {
    Tensor bias = weights.get(name + "/bias");
    return constant(bias, Shape.of(bias.shape().get(0)));
  }

  private Operand<TFloat32> constant(Tensor tensor, Shape shape) {
    return tf.constant(shape, DataBuffers.of(tensor.values(), true, false));
  }

  private static int[] strides(int stride) {
    return new int[] {1, stride, stride, 1};
  }

  private static List<Long> strideList(long stride) {
    return List.of(1L, stride, stride, 1L);
  }
}
