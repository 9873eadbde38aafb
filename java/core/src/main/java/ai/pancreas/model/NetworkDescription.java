package ai.pancreas.model;

import java.util.List;

/**
 * A network as data: everything an engine needs to build it, but for the weights.
 *
 * @param type the family, such as {@code segmentation-2021}
 * @param filters channels of the encoder's levels, from full resolution down
 * @param inputSize slices, rows and columns of the one input that the weights fit; empty for
 *     networks that take any size of the right multiple
 */
public record NetworkDescription(String type, List<Integer> filters, List<Integer> inputSize) {

  /** The attention U-Net with deep supervision that works on each slice by itself. */
  public static final String SEGMENTATION_2021 = "segmentation-2021";

  /** The attention U-Net with residual blocks that works on a volume. */
  public static final String SEGMENTATION_2024 = "segmentation-2024";

  /** The encoder of {@link #SEGMENTATION_2024} with one dense layer: a probability of cancer. */
  public static final String CLASSIFICATION_2024 = "classification-2024";

  public NetworkDescription {
    filters = List.copyOf(filters);
    inputSize = List.copyOf(inputSize);
  }

  /** A network that takes any size of the right multiple. */
  public NetworkDescription(String type, List<Integer> filters) {
    this(type, filters, List.of());
  }

  /** All sizes of the input must be multiples of this: every level but the last halves them. */
  public int sizeMultiple() {
    return 1 << (filters.size() - 1);
  }

  /** Whether slices depend on each other: then their number, too, must be such a multiple. */
  public boolean isVolumetric() {
    return !type.equals(SEGMENTATION_2021);
  }

  /**
   * All tensors of the network, in its own order.
   *
   * @throws IllegalArgumentException if there is no network of this type, filters and input size
   */
  public List<TensorShape> tensors() {
    return switch (type) {
      case SEGMENTATION_2021 -> Segmentation2021.tensors(filters);
      case SEGMENTATION_2024 -> Segmentation2024.tensors(filters);
      case CLASSIFICATION_2024 -> Classification2024.tensors(filters, inputSize);
      default -> throw new IllegalArgumentException("no network is called " + type);
    };
  }
}
