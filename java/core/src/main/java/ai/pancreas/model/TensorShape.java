package ai.pancreas.model;

import java.util.List;

/**
 * What a network expects of one of its tensors.
 *
 * @param name its place in the network, such as {@code encoder0/conv0/kernel}
 * @param shape its sizes in Keras's own order, last one fastest
 */
public record TensorShape(String name, List<Integer> shape) {
  public TensorShape {
    shape = List.copyOf(shape);
  }
}
