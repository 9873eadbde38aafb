package ai.pancreas.model;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The weights of a network, by name, in the network's order. Immutable. */
public final class Weights {
  private final Map<String, Tensor> tensors;

  public Weights(List<Tensor> tensors) {
    Map<String, Tensor> byName = new LinkedHashMap<>();
    for (Tensor tensor : tensors) {
      if (byName.put(tensor.name(), tensor) != null) {
        throw new IllegalArgumentException("two tensors are called " + tensor.name());
      }
    }
    this.tensors = Collections.unmodifiableMap(byName);
  }

  /**
   * The tensor of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Tensor get(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no tensor is called " + name);
    }
    return tensor;
  }

  /**
   * Checks that these are exactly the tensors of a network.
   *
   * @throws IllegalArgumentException if they are not
   */
  void requireShapes(List<TensorShape> expected) {
    for (TensorShape tensor : expected) {
      List<Integer> shape = get(tensor.name()).shape();
      if (!shape.equals(tensor.shape())) {
        throw new IllegalArgumentException(
            tensor.name() + " must have the shape " + tensor.shape() + ", not " + shape);
      }
    }
    if (tensors.size() != expected.size()) {
      throw new IllegalArgumentException(tensors.size() + " tensors, not " + expected.size());
    }
  }

  /** All tensors in the network's order. */
  public Collection<Tensor> tensors() {
    return tensors.values();
  }
}
