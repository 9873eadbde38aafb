package ai.pancreas.model;

import java.util.ArrayList;
import java.util.List;

/**
 * The network {@code classification-2024}: an encoder of {@link ResidualBlock}s, {@code encoder0}
 * at full resolution and 2x2x2 max-pooling after each but the last, whose output is flattened (rows
 * slowest, then columns, slices, channels) for one {@code dense} unit with bias and sigmoid: the
 * probability of cancer.
 */
public final class Classification2024 {
  private static final int AXES = 3;
  private static final int MAX_SIZE = 512;
  private static final int MAX_FEATURES = 1 << 28;

  private Classification2024() {}

  /**
   * All tensors of the network, in its own order: the encoder from full resolution down, the dense
   * layer.
   *
   * @param inputSize slices, rows and columns
   * @throws IllegalArgumentException if no network of this kind can have such filters or sizes
   */
  public static List<TensorShape> tensors(List<Integer> filters, List<Integer> inputSize) {
    check(filters, inputSize);
    List<TensorShape> tensors = new ArrayList<>();
    ResidualBlock.addEncoder(tensors, filters);
    tensors.add(new TensorShape("dense/kernel", List.of(features(filters, inputSize), 1)));
    tensors.add(new TensorShape("dense/bias", List.of(1)));
    return List.copyOf(tensors);
  }

  /** How many numbers the dense layer sees. */
  private static int features(List<Integer> filters, List<Integer> inputSize) {
    int last = filters.size() - 1;
    long features = filters.get(last);
    for (int size : inputSize) {
      features *= size >> last;
    }
    if (features > MAX_FEATURES) {
      throw new IllegalArgumentException(
          "the dense layer would see %d numbers; up to %d are possible"
              .formatted(features, MAX_FEATURES));
    }
    return (int) features;
  }

  /**
   * Checks filters and input size.
   *
   * @throws IllegalArgumentException if no network of this kind can have them
   */
  static void check(List<Integer> filters, List<Integer> inputSize) {
    ResidualBlock.checkFilters(filters);
    int multiple = 1 << (filters.size() - 1);
    if (inputSize.size() != AXES) {
      throw new IllegalArgumentException(
          "an input size of slices, rows and columns is expected, not " + inputSize);
    }
    for (int size : inputSize) {
      if (size < multiple || size > MAX_SIZE || size % multiple != 0) {
        throw new IllegalArgumentException(
            "input sizes must be multiples of %d up to %d, not %d"
                .formatted(multiple, MAX_SIZE, size));
      }
    }
  }
}
