package ai.pancreas.model;

import java.util.List;

/**
 * A network as data: everything an engine needs to build it, but for the weights.
 *
 * @param type the family, such as {@code segmentation-2021}
 * @param filters channels of the encoder's levels, from full resolution down
 */
public record NetworkDescription(String type, List<Integer> filters) {

  /** The attention U-Net with deep supervision that works on each slice by itself. */
  public static final String SEGMENTATION_2021 = "segmentation-2021";

  public NetworkDescription {
    filters = List.copyOf(filters);
  }

  /** Rows and columns must be multiples of this: every level but the last halves them. */
  public int sizeMultiple() {
    return 1 << (filters.size() - 1);
  }
}
