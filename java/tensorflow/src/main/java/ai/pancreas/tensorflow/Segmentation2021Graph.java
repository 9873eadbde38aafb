package ai.pancreas.tensorflow;

import ai.pancreas.model.Segmentation2021;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Squeeze;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/**
 * Adds {@link Segmentation2021} to a graph, in its 2-D form: images are [slice][row][column]
 * [channel] with any number of slices, rows and columns. With constants for parameters TensorFlow
 * can fuse and repack them; with variables the network can learn.
 *
 * @param <T> the type of values and parameters
 */
public final class Segmentation2021Graph<T extends TNumber> {
  private static final String SAME = "SAME";
  private static final long[] POOL = {1, 2, 2, 1};

  private final Ops tf;
  private final List<Integer> filters;
  private final Parameters<T> parameters;
  private final Normalizer<T> normalizer;
  private final Placeholder<T> input;
  private final List<Operand<T>> maps = new ArrayList<>();
  private final Operand<T> logits;
  private final Operand<T> probability;

  /** Adds the network to the graph that the operations belong to. */
  public Segmentation2021Graph(
      Ops tf, Class<T> type, List<Integer> filters, Parameters<T> parameters) {
    this(tf, type, filters, parameters, (x, bias, name) -> tf.nn.biasAdd(x, bias));
  }

  /** Adds the network with a normalisation between each 3x3 convolution and its ReLU. */
  public Segmentation2021Graph(
      Ops tf,
      Class<T> type,
      List<Integer> filters,
      Parameters<T> parameters,
      Normalizer<T> normalizer) {
    this.tf = tf;
    this.filters = filters;
    this.parameters = parameters;
    this.normalizer = normalizer;
    this.input = tf.placeholder(type, Placeholder.shape(Shape.of(-1, -1, -1, 1)));
    this.logits = logits();
    this.probability =
        tf.slice(
            tf.nn.softmax(logits),
            tf.constant(new int[] {0, 0, 0, 1}),
            tf.constant(new int[] {-1, -1, -1, 1}));
  }

  /** Receives [slice][row][column][1]. */
  public Operand<T> input() {
    return input;
  }

  /** The head before its softmax, [slice][row][column][2]: background and pancreas. */
  public Operand<T> headLogits() {
    return logits;
  }

  /**
   * The maps of deep supervision, deepest first, up-sampled, each [slice][row][column][2] like the
   * head's logits.
   */
  public List<Operand<T>> supervisionLogits() {
    return List.copyOf(maps);
  }

  /** The probability of pancreas, [slice][row][column][1]. */
  public Operand<T> probability() {
    return probability;
  }

  private Operand<T> logits() {
    int levels = filters.size();
    List<Operand<T>> skips = new ArrayList<>();
    Operand<T> x = input;
    for (int level = 0; level < levels; level++) {
      if (level > 0) {
        x = maxPool(x);
      }
      x = convolutionPair(x, "encoder" + level);
      skips.add(x);
    }
    Operand<T> gating = convolution(x, "gating");
    for (int level = levels - 2; level >= 0; level--) {
      String decoder = "decoder" + level;
      Operand<T> skip = skips.get(level);
      Operand<T> up = transposedConvolution(x, decoder + "/up", skip, filters.get(level));
      if (Segmentation2021.isGated(level, levels)) {
        skip = gate(skip, gating, decoder + "/gate/", 1 << (levels - 2 - level));
      }
      x = convolutionPair(tf.concat(List.of(up, skip), tf.constant(-1)), decoder);
      maps.add(upSample(convolution(x, "dsv" + level), 1 << level));
    }
    return convolution(tf.concat(maps, tf.constant(-1)), "head");
  }

  private Operand<T> gate(Operand<T> skip, Operand<T> gating, String name, int factor) {
    Operand<T> theta = tf.nn.conv2d(skip, kernel(name + "theta"), strideList(2), SAME);
    Operand<T> phi = upSample(convolution(gating, name + "phi"), factor);
    Operand<T> attention =
        tf.math.sigmoid(convolution(tf.nn.relu(tf.math.add(theta, phi)), name + "psi"));
    return convolution(tf.math.mul(skip, upSample(attention, 2)), name + "w");
  }

  /** MaxPool, for which oneDNN has a kernel and a fast gradient, as it has not for MaxPoolV2. */
  private Operand<T> maxPool(Operand<T> x) {
    return tf.scope()
        .opBuilder("MaxPool", "MaxPool")
        .addInput(x.asOutput())
        .setAttr("ksize", POOL)
        .setAttr("strides", POOL)
        .setAttr("padding", SAME)
        .build()
        .output(0);
  }

  private Operand<T> convolutionPair(Operand<T> x, String name) {
    return activated(activated(x, name + "/conv0"), name + "/conv1");
  }

  private Operand<T> activated(Operand<T> x, String name) {
    return tf.nn.relu(normalizer.apply(withoutBias(x, name), parameters.get(name + "/bias"), name));
  }

  private Operand<T> convolution(Operand<T> x, String name) {
    return withBias(withoutBias(x, name), name);
  }

  private Operand<T> withoutBias(Operand<T> x, String name) {
    return tf.nn.conv2d(x, kernel(name), strideList(1), SAME);
  }

  /** A transposed convolution of stride 2, to the rows and columns of another image. */
  private Operand<T> transposedConvolution(
      Operand<T> x, String name, Operand<T> sizeOf, int channels) {
    Operand<TInt32> size =
        tf.concat(
            List.of(
                tf.slice(tf.shape(sizeOf), tf.constant(new int[] {0}), tf.constant(new int[] {3})),
                tf.constant(new int[] {channels})),
            tf.constant(0));
    return withBias(tf.nn.conv2dBackpropInput(size, kernel(name), x, strideList(2), SAME), name);
  }

  /** A kernel without its slice axis, of size 1. */
  private Operand<T> kernel(String name) {
    return tf.squeeze(parameters.get(name + "/kernel"), Squeeze.axis(List.of(2L)));
  }

  private Operand<T> withBias(Operand<T> x, String name) {
    return tf.nn.biasAdd(x, parameters.get(name + "/bias"));
  }

  /** Nearest neighbour by a whole factor: each value is repeated, whatever the alignment. */
  private Operand<T> upSample(Operand<T> x, int factor) {
    if (factor == 1) {
      return x;
    }
    Operand<TInt32> size =
        tf.slice(tf.shape(x), tf.constant(new int[] {1}), tf.constant(new int[] {2}));
    return tf.image.resizeNearestNeighbor(x, tf.math.mul(size, tf.constant(factor)));
  }

  private static List<Long> strideList(long stride) {
    return List.of(1L, stride, stride, 1L);
  }
}
