package ai.pancreas.model;

import ai.pancreas.model.KerasGraph.Node;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A graph, or one nested in another, whose layers are taken one by one: each exactly once, and none
 * may be left. All errors are {@link IllegalArgumentException} and name the layer.
 */
final class KerasGraphPart {
  private static final double TOLERANCE = 1e-6;

  private final String name;
  private final KerasGraph graph;
  private final List<Node> left;

  /**
   * A part.
   *
   * @param name what errors put before the names of its layers
   */
  KerasGraphPart(String name, KerasGraph graph) {
    this.name = name;
    this.graph = graph;
    this.left = new ArrayList<>(graph.nodes());
  }

  /** The only input. */
  Node takeInput() {
    List<Node> inputs = left.stream().filter(node -> node.type().equals("InputLayer")).toList();
    if (inputs.size() != 1) {
      throw new IllegalArgumentException(
          "%s1 InputLayer was expected, found %d".formatted(name, inputs.size()));
    }
    left.remove(inputs.get(0));
    return inputs.get(0);
  }

  /** The layer of a type that takes these inputs, in this order. */
  Node take(String type, Node... inputs) {
    return find(type, node -> true, inputs).orElseThrow(() -> missing(type, inputs));
  }

  /** The convolution of a kernel size that takes this input. */
  Node takeConvolution(int kernel, Node input) {
    return findConvolution(kernel, input)
        .orElseThrow(() -> missing("Conv3D of %1$d x %1$d x %1$d".formatted(kernel), input));
  }

  /** The same where there is one. */
  Optional<Node> findConvolution(int kernel, Node input) {
    return find(
        "Conv3D", node -> text(node.settings().get("kernel_size")).equals(cube(kernel)), input);
  }

  /** The nested graph that takes this input. */
  Node takeNested(Node input) {
    return findNested(input).orElseThrow(() -> missing("residual block", input));
  }

  /** The same where there is one. */
  Optional<Node> findNested(Node input) {
    return left.stream()
        .filter(node -> node.nested().isPresent() && node.inputs().equals(List.of(input.name())))
        .findFirst()
        .map(this::taken);
  }

  /** The layer of a type that takes these inputs, if there is one. */
  Optional<Node> find(String type, Predicate<Node> like, Node... inputs) {
    List<String> names = Arrays.stream(inputs).map(Node::name).toList();
    return left.stream()
        .filter(node -> node.type().equals(type) && node.inputs().equals(names))
        .filter(like)
        .findFirst()
        .map(this::taken);
  }

  /** Checks that a layer is the part's output, and that no layer is left. */
  void end(Node output) {
    if (!left.isEmpty()) {
      Node node = left.get(0);
      throw new IllegalArgumentException(
          "%s%s (%s) is one layer too many".formatted(name, node.name(), node.type()));
    }
    if (!graph.outputs().equals(List.of(output.name()))) {
      throw new IllegalArgumentException(
          "%sthe output must be that of %s, not of %s"
              .formatted(name, output.name(), String.join(", ", graph.outputs())));
    }
  }

  /** Checks settings, given as texts of JSON; numbers may differ by rounding. */
  void require(Node node, Map<String, String> settings) {
    settings.forEach(
        (setting, expected) -> {
          String found = text(node.settings().get(setting));
          if (!alike(found, expected)) {
            throw new IllegalArgumentException(
                "%s%s: %s is %s, not %s"
                    .formatted(name, node.name(), setting, shortened(found), expected));
          }
        });
  }

  /** A whole number among the settings. */
  int integer(Node node, String setting) {
    String text = text(node.settings().get(setting));
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s%s: %s is %s, not a whole number"
              .formatted(name, node.name(), setting, shortened(text)),
          e);
    }
  }

  /** The setting of a cubic size. */
  static String cube(int size) {
    return "[%1$d, %1$d, %1$d]".formatted(size);
  }

  private Node taken(Node node) {
    left.remove(node);
    return node;
  }

  private IllegalArgumentException missing(String what, Node... inputs) {
    String after = Arrays.stream(inputs).map(Node::name).collect(Collectors.joining(" and "));
    Set<String> names = Arrays.stream(inputs).map(Node::name).collect(Collectors.toSet());
    String found =
        left.stream()
            .filter(node -> node.inputs().stream().anyMatch(names::contains))
            .map(node -> node.name() + " (" + node.type() + ")")
            .limit(3)
            .collect(Collectors.joining(", "));
    return new IllegalArgumentException(
        "%s%s was expected to follow %s, found %s"
            .formatted(name, what, after, found.isEmpty() ? "nothing" : found));
  }

  private static boolean alike(String found, String expected) {
    try {
      double number = Double.parseDouble(expected);
      return Math.abs(Double.parseDouble(found) - number) <= TOLERANCE * Math.abs(number);
    } catch (NumberFormatException e) {
      return found.equals(expected);
    }
  }

  /** Texts without quotation marks, lists with blanks. */
  private static String text(JsonElement value) {
    if (value instanceof JsonArray array) {
      return array.asList().stream()
          .map(KerasGraphPart::text)
          .collect(Collectors.joining(", ", "[", "]"));
    }
    if (value == null) {
      return "missing";
    }
    return value.isJsonPrimitive() ? value.getAsString() : value.toString();
  }

  private static String shortened(String text) {
    return text.length() > 60 ? text.substring(0, 60) + "..." : text;
  }
}
