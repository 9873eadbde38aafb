package ai.pancreas.train;

import ai.pancreas.model.NetworkDescription;
import ai.pancreas.model.TensorShape;
import ai.pancreas.model.Weights;
import java.util.List;

/**
 * Batch normalisation that is part of a network, as it is of those of 2024: which of a network's
 * tensors are trained, and which are statistics that training measures.
 */
final class OwnNormalization {
  private OwnNormalization() {}

  /** Whether a network has batch normalisation of its own. */
  static boolean has(NetworkDescription network) {
    return network.isVolumetric();
  }

  /** The tensors that gradients change. */
  static List<TensorShape> trained(NetworkDescription network) {
    return network.tensors().stream().filter(tensor -> !isStatistic(tensor)).toList();
  }

  /** The moving means and variances. */
  static List<TensorShape> statistics(NetworkDescription network) {
    return network.tensors().stream().filter(OwnNormalization::isStatistic).toList();
  }

  /** Some of the tensors of a network. */
  static Weights part(List<TensorShape> tensors, Weights weights) {
    return new Weights(tensors.stream().map(tensor -> weights.get(tensor.name())).toList());
  }

  /** All tensors of a network, in its own order. */
  static Weights joined(NetworkDescription network, Weights trained, Weights statistics) {
    return new Weights(
        network.tensors().stream()
            .map(tensor -> (isStatistic(tensor) ? statistics : trained).get(tensor.name()))
            .toList());
  }

  private static boolean isStatistic(TensorShape tensor) {
    return tensor.name().endsWith("/mean") || tensor.name().endsWith("/variance");
  }
}
