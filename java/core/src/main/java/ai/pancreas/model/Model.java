package ai.pancreas.model;

import ai.pancreas.internal.DirectFloats;
import java.nio.FloatBuffer;
import java.util.List;

/** A model that is ready to be built by an engine: its description and its weights. Immutable. */
public record Model(ModelDescription description, Weights weights) {

  /**
   * A model.
   *
   * @throws IllegalArgumentException if the weights are not exactly those of the network described
   */
  public Model {
    weights.requireShapes(description.network().tensors());
  }

  /** All weights one after the other, in the network's order, as native code takes them. */
  public FloatBuffer concatenatedWeights() {
    List<float[]> tensors =
        description.network().tensors().stream()
            .map(tensor -> weights.get(tensor.name()).values())
            .toList();
    FloatBuffer all =
        DirectFloats.allocate(tensors.stream().mapToLong(values -> values.length).sum());
    tensors.forEach(all::put);
    return all.rewind();
  }
}
