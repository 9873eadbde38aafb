package ai.pancreas.model;

import java.util.List;

/**
 * The block of the networks of 2024, from {@code in} to f channels:
 *
 * <pre>
 * y = LeakyReLU(norm1(conv1(LeakyReLU(norm0(conv0(x))))) + shortcutNorm(shortcut(x)))
 * </pre>
 *
 * <p>{@code conv0} and {@code conv1} are 3x3x3 convolutions with bias, {@code shortcut} one of
 * 1x1x1; the norms are batch normalisations with the tensors {@code gamma}, {@code beta}, {@code
 * mean} and {@code variance}. Where {@code in} equals f, x itself is added instead of the shortcut.
 *
 * <p>Kernels have Keras's shape [row, column, slice, in, out].
 */
public final class ResidualBlock {

  /** What LeakyReLU multiplies negative numbers by; Keras's default. */
  public static final float NEGATIVE_SLOPE = 0.3f;

  /** What batch normalisation adds to the variance; Keras's default. */
  public static final float EPSILON = 1e-3f;

  private static final int MAX_LEVELS = 8;
  private static final int MAX_FILTERS = 4096;

  private ResidualBlock() {}

  /** Whether a block has a shortcut convolution. */
  public static boolean hasShortcut(int in, int filters) {
    return in != filters;
  }

  /**
   * Checks the filters of an encoder's levels.
   *
   * @throws IllegalArgumentException if no network of residual blocks can have them
   */
  static void checkFilters(List<Integer> filters) {
    if (filters.size() < 2 || filters.size() > MAX_LEVELS) {
      throw new IllegalArgumentException(
          "2 to " + MAX_LEVELS + " levels are possible, not " + filters.size());
    }
    for (int f : filters) {
      if (f < 1 || f > MAX_FILTERS) {
        throw new IllegalArgumentException("1 to " + MAX_FILTERS + " filters are possible: " + f);
      }
    }
  }

  /** Adds the tensors of the blocks {@code encoder0}, {@code encoder1}, ... */
  static void addEncoder(List<TensorShape> tensors, List<Integer> filters) {
    int in = 1;
    for (int level = 0; level < filters.size(); level++) {
      add(tensors, "encoder" + level, in, filters.get(level));
      in = filters.get(level);
    }
  }

  /** Adds the tensors of a block. */
  static void add(List<TensorShape> tensors, String name, int in, int filters) {
    addConvolution(tensors, name + "/conv0", 3, in, filters);
    addNorm(tensors, name + "/norm0", filters);
    addConvolution(tensors, name + "/conv1", 3, filters, filters);
    addNorm(tensors, name + "/norm1", filters);
    if (hasShortcut(in, filters)) {
      addConvolution(tensors, name + "/shortcut", 1, in, filters);
      addNorm(tensors, name + "/shortcutNorm", filters);
    }
  }

  /** Adds the kernel and the bias of a convolution. */
  static void addConvolution(
      List<TensorShape> tensors, String name, int size, int in, int filters) {
    tensors.add(new TensorShape(name + "/kernel", List.of(size, size, size, in, filters)));
    tensors.add(new TensorShape(name + "/bias", List.of(filters)));
  }

  /** Adds the tensors of a batch normalisation. */
  static void addNorm(List<TensorShape> tensors, String name, int channels) {
    for (String part : List.of("gamma", "beta", "mean", "variance")) {
      tensors.add(new TensorShape(name + "/" + part, List.of(channels)));
    }
  }
}
