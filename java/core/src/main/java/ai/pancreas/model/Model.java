package ai.pancreas.model;

/** A model that is ready to be built by an engine: its description and its weights. Immutable. */
public record Model(ModelDescription description, Weights weights) {

  /**
   * A model.
   *
   * @throws IllegalArgumentException if the weights are not exactly those that {@link
   *     Segmentation2021} needs, where it is the network described
   */
  public Model {
    NetworkDescription network = description.network();
    if (network.type().equals(NetworkDescription.SEGMENTATION_2021)) {
      Segmentation2021.checkWeights(network.filters(), weights);
    }
  }
}
