package ai.pancreas.model;

import java.util.ArrayList;
import java.util.List;

/**
 * The network {@code segmentation-2024}: an attention U-Net of {@link ResidualBlock}s with deep
 * supervision, on volumes.
 *
 * <p>Level 0 has full resolution, level n - 1 (n is the number of filters) the lowest; every level
 * halves slices, rows and columns. With f the filters of a level, the parts are
 *
 * <ul>
 *   <li>{@code encoder<level>}: a residual block; then, but for the last level, 2x2x2 max-pooling;
 *   <li>{@code decoder<level>}, from n - 2 to 0: {@code up}, a transposed 4x4x4 convolution of
 *       stride 2 with bias to f channels; the skip connection of that level, gated by {@code gate}
 *       where {@link #isGated}; both concatenated in this order; a residual block to f channels;
 *   <li>{@code dsv<level>}: a 1x1x1 convolution of each decoder level to two channels, with bias,
 *       nearest-neighbour up-sampling to full resolution, softmax over the channels;
 *   <li>{@code head}: these two-channel maps concatenated, deepest first, a 1x1x1 convolution to
 *       two channels with bias, softmax over the channels; channel 1 is pancreas.
 * </ul>
 *
 * <p>The gate of a skip connection x with the decoder's signal g, of the same size: {@code theta},
 * a 1x1x1 convolution of x to f / 2 channels without bias; {@code phi}, one of g to f / 2 channels
 * with bias; LeakyReLU of their sum; {@code psi}, one to one channel with bias, sigmoid; x times
 * psi; {@code w}, one to f channels with bias; batch normalisation {@code norm}.
 *
 * <p>Convolution kernels have Keras's shape [row, column, slice, in, out], those of transposed
 * convolutions [row, column, slice, out, in].
 */
public final class Segmentation2024 {
  private Segmentation2024() {}

  /** Whether the skip connection of a level has a gate: all have, but level 0 and the last. */
  public static boolean isGated(int level, int levels) {
    return level > 0 && level < levels - 1;
  }

  /**
   * All tensors of the network, in its own order: the encoder from full resolution down, the
   * decoder from the lowest resolution up (of each level up, gate, block), the deep supervision in
   * the same order, the head.
   *
   * @throws IllegalArgumentException if no network of this kind can have such filters
   */
  public static List<TensorShape> tensors(List<Integer> filters) {
    checkFilters(filters);
    int levels = filters.size();
    List<TensorShape> tensors = new ArrayList<>();
    ResidualBlock.addEncoder(tensors, filters);
    int in = filters.get(levels - 1);
    for (int level = levels - 2; level >= 0; level--) {
      String decoder = "decoder" + level;
      int f = filters.get(level);
      tensors.add(new TensorShape(decoder + "/up/kernel", List.of(4, 4, 4, f, in)));
      tensors.add(new TensorShape(decoder + "/up/bias", List.of(f)));
      if (isGated(level, levels)) {
        String gate = decoder + "/gate/";
        tensors.add(new TensorShape(gate + "theta/kernel", List.of(1, 1, 1, f, f / 2)));
        ResidualBlock.addConvolution(tensors, gate + "phi", 1, f, f / 2);
        ResidualBlock.addConvolution(tensors, gate + "psi", 1, f / 2, 1);
        ResidualBlock.addConvolution(tensors, gate + "w", 1, f, f);
        ResidualBlock.addNorm(tensors, gate + "norm", f);
      }
      ResidualBlock.add(tensors, decoder, 2 * f, f);
      in = f;
    }
    for (int level = levels - 2; level >= 0; level--) {
      ResidualBlock.addConvolution(tensors, "dsv" + level, 1, filters.get(level), 2);
    }
    ResidualBlock.addConvolution(tensors, "head", 1, 2 * (levels - 1), 2);
    return List.copyOf(tensors);
  }

  /**
   * Checks the filters of the encoder's levels.
   *
   * @throws IllegalArgumentException if no network of this kind can have them
   */
  static void checkFilters(List<Integer> filters) {
    ResidualBlock.checkFilters(filters);
    int levels = filters.size();
    if (levels < 3) {
      throw new IllegalArgumentException("at least 3 levels are needed, not " + levels);
    }
    for (int level = 0; level < levels; level++) {
      if (isGated(level, levels) && filters.get(level) % 2 != 0) {
        throw new IllegalArgumentException(
            "level %d has a gate and so needs an even number of filters: %d"
                .formatted(level, filters.get(level)));
      }
    }
  }
}
