package ai.pancreas.model;

import ai.pancreas.model.KerasGraph.Node;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A network of 2024 as a Keras model has it. What each layer is follows from the graph alone: from
 * the layers whose outputs it takes, and what it is. A graph that is another network in anything
 * that an engine has to know is refused.
 *
 * @param network the network; of {@code segmentation-2024} without an input size
 * @param inputSize slices, rows and columns of the graph's input; empty where one is left open
 * @param variables all variables, in Keras's order
 */
record KerasModel(
    NetworkDescription network, List<Integer> inputSize, List<KerasVariable> variables) {
  private static final int AXES = 3;

  private static final Map<String, String> CONVOLUTION =
      Map.of(
          "padding", "same",
          "dilation_rate", KerasGraphPart.cube(1),
          "data_format", "channels_last",
          "use_bias", "true");

  private static final Map<String, String> NORM =
      Map.of(
          "epsilon", String.valueOf(ResidualBlock.EPSILON),
          "center", "true",
          "scale", "true");

  /**
   * Recognises a network in a graph.
   *
   * @param json as Keras writes it
   * @throws IllegalArgumentException if it is none of 2024, saying where it differs
   */
  static KerasModel of(String json) {
    try {
      return new Reader(KerasGraph.parse(json)).read();
    } catch (JsonParseException
        | IllegalStateException
        | ClassCastException
        | NullPointerException
        | IndexOutOfBoundsException
        | UnsupportedOperationException e) {
      throw new IllegalArgumentException("its graph is damaged, or not of a functional model", e);
    }
  }

  /** Walks through a graph from its input, and remembers what each layer is. */
  private static final class Reader {
    private final KerasGraph graph;
    private final KerasGraphPart whole;
    private final Map<Node, String> parts = new IdentityHashMap<>();
    private final List<Integer> filters = new ArrayList<>();

    Reader(KerasGraph graph) {
      this.graph = graph;
      this.whole = new KerasGraphPart("", graph);
    }

    KerasModel read() {
      Node input = whole.takeInput();
      List<Node> encoder = encoder(input);
      Node last = encoder.get(encoder.size() - 1);
      Optional<Node> flatten = whole.find("Flatten", node -> true, last);
      List<Integer> inputSize = inputSize(input);
      if (!inputSize.isEmpty()) {
        Classification2024.check(filters, inputSize);
      }
      NetworkDescription network;
      if (flatten.isPresent()) {
        dense(flatten.get());
        network =
            new NetworkDescription(NetworkDescription.CLASSIFICATION_2024, filters, inputSize);
      } else {
        head(decoder(encoder));
        network = new NetworkDescription(NetworkDescription.SEGMENTATION_2024, filters);
      }
      List<KerasVariable> variables = new ArrayList<>();
      for (Node node : graph.nodes()) {
        addVariables(node, node.name(), "layers/" + node.group(), true, variables);
      }
      return new KerasModel(network, inputSize, variables);
    }

    private List<Node> encoder(Node input) {
      List<Node> blocks = new ArrayList<>();
      Optional<Node> pool = Optional.of(input);
      while (pool.isPresent()) {
        Node block = whole.takeNested(pool.get());
        filters.add(block(block, "encoder" + blocks.size()));
        blocks.add(block);
        pool = whole.find("MaxPooling3D", node -> true, block);
        pool.ifPresent(
            node ->
                whole.require(
                    node,
                    Map.of(
                        "pool_size", KerasGraphPart.cube(2),
                        "strides", KerasGraphPart.cube(2),
                        "data_format", "channels_last")));
      }
      return blocks;
    }

    /** Takes a residual block apart; returns its filters. */
    private int block(Node block, String name) {
      KerasGraphPart part = new KerasGraphPart(block.name() + "/", block.nested().orElseThrow());
      Node x = part.takeInput();
      Node conv0 = convolution(part, 3, x, name + "/conv0");
      Node inner = activation(part, norm(part, conv0, name + "/norm0"));
      Node main = norm(part, convolution(part, 3, inner, name + "/conv1"), name + "/norm1");
      Node side =
          part.findConvolution(1, x)
              .map(shortcut -> checked(part, shortcut, name + "/shortcut"))
              .map(shortcut -> norm(part, shortcut, name + "/shortcutNorm"))
              .orElse(x);
      Node sum =
          part.find("Add", node -> true, side, main).orElseGet(() -> part.take("Add", main, side));
      part.end(activation(part, sum));
      return part.integer(conv0, "filters");
    }

    private Node convolution(KerasGraphPart part, int kernel, Node input, String name) {
      return checked(part, part.takeConvolution(kernel, input), name);
    }

    /** A convolution without an activation of its own. */
    private Node checked(KerasGraphPart part, Node convolution, String name) {
      part.require(convolution, CONVOLUTION);
      part.require(
          convolution,
          Map.of("activation", "linear", "strides", KerasGraphPart.cube(1), "groups", "1"));
      parts.put(convolution, name);
      return convolution;
    }

    private Node norm(KerasGraphPart part, Node input, String name) {
      Node norm = part.take("BatchNormalization", input);
      part.require(norm, NORM);
      requireLastAxis(part, norm, List.of("-1", "4", "[4]", "[-1]"));
      parts.put(norm, name);
      return norm;
    }

    private Node activation(KerasGraphPart part, Node input) {
      Node activation = part.take("LeakyReLU", input);
      // Keras 2 calls it alpha.
      String setting = activation.settings().has("alpha") ? "alpha" : "negative_slope";
      part.require(activation, Map.of(setting, String.valueOf(ResidualBlock.NEGATIVE_SLOPE)));
      return activation;
    }

    private void dense(Node flatten) {
      whole.require(flatten, Map.of("data_format", "channels_last"));
      Node dense = whole.take("Dense", flatten);
      whole.require(dense, Map.of("units", "1", "activation", "sigmoid", "use_bias", "true"));
      parts.put(dense, "dense");
      whole.end(dense);
    }

    /** Takes the decoder; returns its blocks from the lowest resolution up. */
    private List<Node> decoder(List<Node> encoder) {
      int levels = encoder.size();
      List<Node> blocks = new ArrayList<>();
      Node x = encoder.get(levels - 1);
      for (int level = levels - 2; level >= 0; level--) {
        String name = "decoder" + level;
        Node up = whole.take("Conv3DTranspose", x);
        whole.require(up, CONVOLUTION);
        whole.require(
            up,
            Map.of(
                "kernel_size",
                KerasGraphPart.cube(4),
                "strides",
                KerasGraphPart.cube(2),
                "activation",
                "linear",
                "output_padding",
                "null"));
        parts.put(up, name + "/up");
        Node skip = encoder.get(level);
        if (Segmentation2024.isGated(level, levels)) {
          skip = whole.take("AttGate", skip, up);
          whole.require(skip, Map.of("apply_batchnorm", "true"));
          parts.put(skip, name + "/gate");
        }
        x = whole.takeNested(concatenation(up, skip));
        block(x, name);
        blocks.add(x);
      }
      return blocks;
    }

    /** Takes the deep supervision and what follows it. */
    private void head(List<Node> decoder) {
      Node[] maps = new Node[decoder.size()];
      for (int i = 0; i < maps.length; i++) {
        int level = maps.length - 1 - i;
        maps[i] = whole.take("DSV", decoder.get(i));
        whole.require(maps[i], Map.of("scale_factor", String.valueOf(1 << level)));
        parts.put(maps[i], "dsv" + level);
      }
      Node head = whole.takeConvolution(1, concatenation(maps));
      whole.require(head, CONVOLUTION);
      whole.require(
          head, Map.of("filters", "2", "activation", "softmax", "strides", KerasGraphPart.cube(1)));
      parts.put(head, "head");
      whole.end(head);
    }

    private Node concatenation(Node... inputs) {
      Node concatenation = whole.take("Concatenate", inputs);
      requireLastAxis(whole, concatenation, List.of("-1", "4"));
      return concatenation;
    }

    private static void requireLastAxis(KerasGraphPart part, Node node, List<String> spellings) {
      String axis = String.valueOf(node.settings().get("axis"));
      if (!spellings.contains(axis)) {
        part.require(node, Map.of("axis", "-1"));
      }
    }

    /** Keras has [batch, row, column, slice, channel]. */
    private static List<Integer> inputSize(Node input) {
      JsonElement shape = input.settings().get("batch_shape");
      if (shape == null) {
        shape = input.settings().get("batch_input_shape");
      }
      if (!(shape instanceof JsonArray sizes) || sizes.size() != AXES + 2) {
        throw new IllegalArgumentException(
            "%s: the shape of a volume was expected, found %s".formatted(input.name(), shape));
      }
      List<Integer> size = new ArrayList<>();
      for (int axis : new int[] {3, 1, 2}) {
        if (sizes.get(axis).isJsonNull()) {
          return List.of();
        }
        size.add(sizes.get(axis).getAsInt());
      }
      return List.copyOf(size);
    }

    private void addVariables(
        Node node, String layer, String group, boolean trainable, List<KerasVariable> variables) {
      if (parts.containsKey(node)) {
        variables.addAll(KerasVariable.of(node, layer, group, trainable, parts.get(node)));
      }
      node.nested()
          .ifPresent(
              nested ->
                  nested
                      .nodes()
                      .forEach(
                          inner ->
                              addVariables(
                                  inner,
                                  layer,
                                  group + "/layers/" + inner.group(),
                                  trainable && node.isTrainable(),
                                  variables)));
    }
  }
}
