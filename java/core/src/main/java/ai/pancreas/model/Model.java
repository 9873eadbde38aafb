package ai.pancreas.model;

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
}
