package ai.pancreas.model;

import java.util.List;

/**
 * A named array of weights.
 *
 * @param name its place in the network, such as {@code encoder0/conv0/kernel}
 * @param shape its sizes, in the order in which values are stored, last one fastest
 * @param values float32; must not be changed
 */
public record Tensor(String name, List<Integer> shape, float[] values) {
  public Tensor {
    shape = List.copyOf(shape);
    long count = shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    if (count != values.length) {
      throw new IllegalArgumentException(name + ": " + values.length + " values for " + shape);
    }
  }
}
