package ai.pancreas.model;

import java.util.ArrayList;
import java.util.List;

/**
 * The network {@code segmentation-2021}: an attention U-Net with deep supervision in which every
 * kernel, stride and pool has size 1 along the slices, so that it works on each slice by itself.
 *
 * <p>Level 0 has full resolution, level n - 1 (n is the number of filters) the lowest; every level
 * halves rows and columns. With f the filters of a level, the parts are
 *
 * <ul>
 *   <li>{@code encoder<level>}: twice a 3x3 convolution with bias and ReLU; then, but for the last
 *       level, 2x2 max-pooling;
 *   <li>{@code gating}: a 1x1 convolution of the last level to {@link #gatingWidth} channels, with
 *       bias and no activation;
 *   <li>{@code decoder<level>}, from n - 2 to 0: {@code up}, a transposed 4x4 convolution of stride
 *       2 with bias to f channels; the skip connection of that level, gated by {@code gate} where
 *       {@link #isGated}; both concatenated in this order; twice a 3x3 convolution with bias and
 *       ReLU to f channels;
 *   <li>{@code dsv<level>}: a 1x1 convolution of each decoder level to two channels, with bias,
 *       then nearest-neighbour up-sampling to full resolution;
 *   <li>{@code head}: the two-channel maps concatenated, deepest first, a 1x1 convolution to two
 *       channels with bias, softmax over the channels; channel 1 is pancreas.
 * </ul>
 *
 * <p>The gate of a skip connection x with gating signal g: {@code theta}, a 2x2 convolution of x of
 * stride 2 to f / 2 channels without bias; {@code phi}, a 1x1 convolution of g to f / 2 channels
 * with bias, up-sampled (nearest) to theta's size; ReLU of their sum; {@code psi}, a 1x1
 * convolution to one channel with bias, sigmoid, up-sampled by 2 (nearest); x times psi; {@code w},
 * a 1x1 convolution to f channels with bias.
 *
 * <p>Convolution kernels have Keras's shape [row, column, slice, in, out], those of transposed
 * convolutions [row, column, slice, out, in]; the size along slices is always 1.
 */
public final class Segmentation2021 {
  private static final int MAX_LEVELS = 8;
  private static final int MAX_FILTERS = 4096;

  private Segmentation2021() {}

  /**
   * Checks the filters of the encoder's levels.
   *
   * @throws IllegalArgumentException if no network of this kind can have them
   */
  public static void checkFilters(List<Integer> filters) {
    int levels = filters.size();
    if (levels < 3 || levels > MAX_LEVELS) {
      throw new IllegalArgumentException(
          "3 to " + MAX_LEVELS + " levels are possible, not " + levels);
    }
    for (int level = 0; level < levels; level++) {
      int f = filters.get(level);
      if (f < 1 || f > MAX_FILTERS) {
        throw new IllegalArgumentException("1 to " + MAX_FILTERS + " filters are possible: " + f);
      }
      if (isGated(level, levels) && f % 2 != 0) {
        throw new IllegalArgumentException(
            "level " + level + " has a gate and so needs an even number of filters: " + f);
      }
    }
  }

  /** The channels of the gating signal: the filters of the last level but one. */
  public static int gatingWidth(List<Integer> filters) {
    return filters.get(filters.size() - 2);
  }

  /** Whether the skip connection of a level has a gate: all have, but level 0 and the last. */
  public static boolean isGated(int level, int levels) {
    return level > 0 && level < levels - 1;
  }

  /**
   * All tensors of the network, in its own order: the encoder from full resolution down, the gating
   * signal, the decoder from the lowest resolution up (of each level up, gate, convolutions), the
   * deep supervision in the same order, the head.
   *
   * @throws IllegalArgumentException as {@link #checkFilters}
   */
  public static List<TensorShape> tensors(List<Integer> filters) {
    checkFilters(filters);
    int levels = filters.size();
    List<TensorShape> tensors = new ArrayList<>();
    int in = 1;
    for (int level = 0; level < levels; level++) {
      addConvolutionPair(tensors, "encoder" + level, in, filters.get(level));
      in = filters.get(level);
    }
    addConvolution(tensors, "gating", 1, in, gatingWidth(filters));
    for (int level = levels - 2; level >= 0; level--) {
      String decoder = "decoder" + level;
      int f = filters.get(level);
      tensors.add(new TensorShape(decoder + "/up/kernel", List.of(4, 4, 1, f, in)));
      tensors.add(new TensorShape(decoder + "/up/bias", List.of(f)));
      if (isGated(level, levels)) {
        String gate = decoder + "/gate/";
        tensors.add(new TensorShape(gate + "theta/kernel", List.of(2, 2, 1, f, f / 2)));
        addConvolution(tensors, gate + "phi", 1, gatingWidth(filters), f / 2);
        addConvolution(tensors, gate + "psi", 1, f / 2, 1);
        addConvolution(tensors, gate + "w", 1, f, f);
      }
      addConvolutionPair(tensors, decoder, 2 * f, f);
      in = f;
    }
    for (int level = levels - 2; level >= 0; level--) {
      addConvolution(tensors, "dsv" + level, 1, filters.get(level), 2);
    }
    addConvolution(tensors, "head", 1, 2 * (levels - 1), 2);
    return List.copyOf(tensors);
  }

  private static void addConvolutionPair(List<TensorShape> tensors, String name, int in, int out) {
    addConvolution(tensors, name + "/conv0", 3, in, out);
    addConvolution(tensors, name + "/conv1", 3, out, out);
  }

  private static void addConvolution(
      List<TensorShape> tensors, String name, int size, int in, int out) {
    tensors.add(new TensorShape(name + "/kernel", List.of(size, size, 1, in, out)));
    tensors.add(new TensorShape(name + "/bias", List.of(out)));
  }
}
