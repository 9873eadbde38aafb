package ai.pancreas.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The graph of a Keras model, as {@code config.json} of a {@code .keras} archive and the attribute
 * {@code model_config} of an HDF5 file tell it, written by Keras 2 or 3.
 *
 * @param nodes the layers, in the file's order
 * @param outputs the names of the layers whose output is the model's
 */
record KerasGraph(List<Node> nodes, List<String> outputs) {

  /**
   * A layer.
   *
   * @param name its name in the graph
   * @param type its class, such as {@code Conv3D}
   * @param group its group in {@code model.weights.h5}: the class in snake case, numbered in the
   *     order of the layers
   * @param settings its own
   * @param inputs the layers whose outputs it takes, in order
   * @param nested the graph that it stands for
   */
  record Node(
      String name,
      String type,
      String group,
      JsonObject settings,
      List<String> inputs,
      Optional<KerasGraph> nested) {

    /** Whether training changes it: Keras lists those variables first. */
    boolean isTrainable() {
      return !settings.has("trainable") || settings.get("trainable").getAsBoolean();
    }
  }

  KerasGraph {
    nodes = List.copyOf(nodes);
    Set<String> names = new HashSet<>();
    for (Node node : nodes) {
      if (!names.add(node.name())) {
        throw new IllegalArgumentException("two layers are called " + node.name());
      }
    }
    outputs = List.copyOf(outputs);
  }

  /**
   * Reads a graph.
   *
   * @throws RuntimeException of Gson or the JDK if it is none
   * @throws IllegalArgumentException if a layer is used more than once or two have one name
   */
  static KerasGraph parse(String json) {
    return graph(JsonParser.parseString(json).getAsJsonObject().getAsJsonObject("config"));
  }

  private static KerasGraph graph(JsonObject config) {
    List<Node> nodes = new ArrayList<>();
    Map<String, Integer> numbers = new HashMap<>();
    for (JsonElement element : config.getAsJsonArray("layers")) {
      JsonObject layer = element.getAsJsonObject();
      String type = layer.get("class_name").getAsString().replaceFirst("^.*>", "");
      JsonObject settings = layer.getAsJsonObject("config");
      String group = snakeCase(type);
      int number = numbers.merge(group, 1, Integer::sum) - 1;
      nodes.add(
          new Node(
              layer.get("name").getAsString(),
              type,
              number == 0 ? group : group + "_" + number,
              settings,
              inputs(layer),
              settings.has("output_layers") ? Optional.of(graph(settings)) : Optional.empty()));
    }
    return new KerasGraph(nodes, ends(config.getAsJsonArray("output_layers")));
  }

  private static List<String> inputs(JsonObject layer) {
    JsonArray uses = layer.getAsJsonArray("inbound_nodes");
    if (uses.size() > 1) {
      throw new IllegalArgumentException(
          "layer %s is used %d times".formatted(layer.get("name").getAsString(), uses.size()));
    }
    List<String> inputs = new ArrayList<>();
    for (JsonElement use : uses) {
      if (use.isJsonArray()) {
        use.getAsJsonArray().forEach(tensor -> inputs.add(layerOf(tensor)));
      } else {
        addTensors(use.getAsJsonObject().get("args"), inputs);
      }
    }
    return List.copyOf(inputs);
  }

  /** The tensors among the arguments of a call, as Keras 3 writes them. */
  private static void addTensors(JsonElement argument, List<String> layers) {
    if (argument.isJsonArray()) {
      argument.getAsJsonArray().forEach(each -> addTensors(each, layers));
    } else if (argument.isJsonObject()
        && argument.getAsJsonObject().has("class_name")
        && argument.getAsJsonObject().get("class_name").getAsString().equals("__keras_tensor__")) {
      layers.add(
          layerOf(
              argument
                  .getAsJsonObject()
                  .getAsJsonObject("config")
                  .getAsJsonArray("keras_history")));
    }
  }

  /** One end, or a list of them. */
  private static List<String> ends(JsonArray ends) {
    List<String> layers = new ArrayList<>();
    if (ends.get(0).isJsonArray()) {
      ends.forEach(end -> layers.add(layerOf(end)));
    } else {
      layers.add(layerOf(ends));
    }
    return layers;
  }

  /** A tensor is [layer, call, output]. */
  private static String layerOf(JsonElement tensor) {
    return tensor.getAsJsonArray().get(0).getAsString();
  }

  /** As Keras names the groups: {@code Conv3DTranspose} becomes {@code conv3d_transpose}. */
  private static String snakeCase(String type) {
    return type.replaceAll("(.)([A-Z][a-z]+)", "$1_$2")
        .replaceAll("([a-z])([A-Z])", "$1_$2")
        .toLowerCase(Locale.ROOT);
  }
}
