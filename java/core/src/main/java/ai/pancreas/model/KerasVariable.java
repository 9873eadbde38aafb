package ai.pancreas.model;

import ai.pancreas.model.KerasGraph.Node;
import java.util.ArrayList;
import java.util.List;

/**
 * A variable of a Keras model.
 *
 * @param layer the layer of the whole model to which it belongs
 * @param path where it lies in {@code model.weights.h5}
 * @param trainable whether training changes it
 * @param tensor what this project calls it
 */
record KerasVariable(String layer, String path, boolean trainable, String tensor) {

  /** The parts of a gate that are layers: what Keras calls them, and this project. */
  private static final List<List<String>> GATE =
      List.of(List.of("phi", "phi"), List.of("psi", "psi"), List.of("W", "w"));

  /**
   * The variables of a layer, in Keras's order.
   *
   * @param layer the layer of the whole model in which it is
   * @param group where the layer lies in {@code model.weights.h5}
   * @param trainable whether all around it is
   * @param part what this project calls the layer
   */
  static List<KerasVariable> of(
      Node node, String layer, String group, boolean trainable, String part) {
    Collector variables = new Collector(layer, trainable && node.isTrainable());
    switch (node.type()) {
      case "BatchNormalization" -> variables.norm(group, part);
      case "DSV" -> variables.convolution(group + "/conv", part);
      case "AttGate" -> {
        variables.add(group + "/theta/vars/0", true, part + "/theta/kernel");
        GATE.forEach(
            names -> variables.convolution(group + "/" + names.get(0), part + "/" + names.get(1)));
        variables.norm(group + "/bn", part + "/norm");
      }
      default -> variables.convolution(group, part);
    }
    return variables.all;
  }

  private static final class Collector {
    private final List<KerasVariable> all = new ArrayList<>();
    private final String layer;
    private final boolean trainable;

    Collector(String layer, boolean trainable) {
      this.layer = layer;
      this.trainable = trainable;
    }

    void convolution(String group, String part) {
      add(group + "/vars/0", true, part + "/kernel");
      add(group + "/vars/1", true, part + "/bias");
    }

    void norm(String group, String part) {
      add(group + "/vars/0", true, part + "/gamma");
      add(group + "/vars/1", true, part + "/beta");
      add(group + "/vars/2", false, part + "/mean");
      add(group + "/vars/3", false, part + "/variance");
    }

    void add(String path, boolean learned, String tensor) {
      all.add(new KerasVariable(layer, path, learned && trainable, tensor));
    }
  }
}
