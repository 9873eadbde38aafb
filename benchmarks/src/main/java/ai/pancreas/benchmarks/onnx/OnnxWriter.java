package ai.pancreas.benchmarks.onnx;

import ai.pancreas.benchmarks.onnx.OnnxGraph.Attributes;
import ai.pancreas.model.Model;
import ai.pancreas.model.NetworkDescription;
import ai.pancreas.model.Segmentation2021;
import ai.pancreas.model.Tensor;
import ai.pancreas.model.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes {@link Segmentation2021} as an ONNX model in its 2-D form.
 *
 * <p>Input {@value #INPUT} is [slice][1][row][column], output {@value #OUTPUT} the probability of
 * pancreas of the same shape; numbers of slices, rows and columns are left open. Because there is
 * one channel, both are the same in memory as [slice][row][column].
 */
final class OnnxWriter {
  static final String INPUT = "image";
  static final String OUTPUT = "probability";

  private static final List<String> SHAPE = List.of("slices", "1", "rows", "columns");

  private final List<Integer> filters;
  private final Weights weights;
  private final OnnxGraph graph;

  private OnnxWriter(Model model) {
    this.filters = model.description().network().filters();
    this.weights = model.weights();
    this.graph = new OnnxGraph(model.description().id());
  }

  /**
   * The bytes of an ONNX file.
   *
   * @throws IllegalArgumentException if the model's network is of another family
   */
  static byte[] write(Model model) {
    String type = model.description().network().type();
    if (!type.equals(NetworkDescription.SEGMENTATION_2021)) {
      throw new IllegalArgumentException("networks of type " + type + " cannot be written as ONNX");
    }
    return new OnnxWriter(model).write();
  }

  private byte[] write() {
    graph.input(INPUT, SHAPE);
    graph.output(OUTPUT, SHAPE);
    int levels = filters.size();
    List<String> skips = new ArrayList<>();
    String x = INPUT;
    for (int level = 0; level < levels; level++) {
      if (level > 0) {
        x =
            graph.node(
                "MaxPool",
                "pool" + level,
                List.of(x),
                new Attributes().integers("kernel_shape", 2, 2).integers("strides", 2, 2));
      }
      x = convolutionPair(x, "encoder" + level);
      skips.add(x);
    }
    String gating = convolution(x, "gating");
    List<String> maps = new ArrayList<>();
    for (int level = levels - 2; level >= 0; level--) {
      String decoder = "decoder" + level;
      String skip = skips.get(level);
      String up = transposedConvolution(x, decoder + "/up");
      if (Segmentation2021.isGated(level, levels)) {
        skip = gate(skip, gating, decoder + "/gate/", 1 << (levels - 2 - level));
      }
      x = convolutionPair(concat(decoder + "/concat", List.of(up, skip)), decoder);
      maps.add(upSample(convolution(x, "dsv" + level), 1 << level));
    }
    String logits = convolution(concat("concat", maps), "head");
    String softmax =
        graph.node("Softmax", "softmax", List.of(logits), new Attributes().integer("axis", 1));
    graph.node(
        "Slice",
        OUTPUT,
        List.of(
            softmax,
            graph.integers("pancreas/starts", 1),
            graph.integers("pancreas/ends", 2),
            graph.integers("pancreas/axes", 1)),
        new Attributes());
    return graph.toModel();
  }

  private String gate(String skip, String gating, String name, int factor) {
    String theta =
        graph.node(
            "Conv",
            name + "theta",
            List.of(skip, kernel(name + "theta")),
            new Attributes().integers("kernel_shape", 2, 2).integers("strides", 2, 2));
    String phi = upSample(convolution(gating, name + "phi"), factor);
    String sum = relu(graph.node("Add", name + "add", List.of(theta, phi), new Attributes()));
    String attention =
        graph.node(
            "Sigmoid", name + "sigmoid", List.of(convolution(sum, name + "psi")), new Attributes());
    String gated =
        graph.node("Mul", name + "mul", List.of(skip, upSample(attention, 2)), new Attributes());
    return convolution(gated, name + "w");
  }

  private String convolutionPair(String x, String name) {
    return relu(convolution(relu(convolution(x, name + "/conv0")), name + "/conv1"));
  }

  /** Stride 1, zeros around the image, so that its size stays. */
  private String convolution(String x, String name) {
    int size = weights.get(name + "/kernel").shape().get(0);
    int pad = (size - 1) / 2;
    return graph.node(
        "Conv",
        name,
        List.of(x, kernel(name), bias(name)),
        new Attributes().integers("kernel_shape", size, size).integers("pads", pad, pad, pad, pad));
  }

  /** Kernel 4, stride 2: one row and column less at each border makes exactly twice the size. */
  private String transposedConvolution(String x, String name) {
    return graph.node(
        "ConvTranspose",
        name,
        List.of(x, kernel(name), bias(name)),
        new Attributes()
            .integers("kernel_shape", 4, 4)
            .integers("strides", 2, 2)
            .integers("pads", 1, 1, 1, 1));
  }

  private String relu(String x) {
    return graph.node("Relu", x + "/relu", List.of(x), new Attributes());
  }

  private String concat(String name, List<String> inputs) {
    return graph.node("Concat", name, inputs, new Attributes().integer("axis", 1));
  }

  /** Nearest neighbour by a whole factor: each value is repeated. */
  private String upSample(String x, int factor) {
    if (factor == 1) {
      return x;
    }
    String scales = graph.floats(x + "/scales", List.of(4), new float[] {1, 1, factor, factor});
    return graph.node(
        "Resize",
        x + "/up",
        List.of(x, "", scales),
        new Attributes()
            .text("mode", "nearest")
            .text("coordinate_transformation_mode", "asymmetric")
            .text("nearest_mode", "floor"));
  }

  /**
   * Adds a kernel with the two channel axes before row and column: from Keras's [row, column, 1,
   * in, out] to [out, in, row, column], and from [row, column, 1, out, in] of a transposed
   * convolution to [in, out, row, column].
   */
  private String kernel(String name) {
    Tensor kernel = weights.get(name + "/kernel");
    int taps = kernel.shape().get(0) * kernel.shape().get(1);
    int first = kernel.shape().get(4);
    int second = kernel.shape().get(3);
    float[] values = new float[kernel.values().length];
    for (int tap = 0; tap < taps; tap++) {
      for (int j = 0; j < second; j++) {
        for (int i = 0; i < first; i++) {
          values[(i * second + j) * taps + tap] = kernel.values()[(tap * second + j) * first + i];
        }
      }
    }
    return graph.floats(
        kernel.name(),
        List.of(first, second, kernel.shape().get(0), kernel.shape().get(1)),
        values);
  }

  private String bias(String name) {
    Tensor bias = weights.get(name + "/bias");
    return graph.floats(bias.name(), bias.shape(), bias.values());
  }
}
