package ai.pancreas.benchmarks.onnx;

import java.util.ArrayList;
import java.util.List;

/**
 * Collects the nodes and constants of an ONNX graph and writes them as a model.
 *
 * <p>Numbers of fields and enums are those of {@code onnx/onnx.proto}; each is named where it is
 * used.
 */
final class OnnxGraph {
  /** IR_VERSION 2021-7-30, which came with opset 15 and is read by every later runtime. */
  private static final int IR_VERSION = 8;

  /** The version of the default operator set. */
  private static final int OPSET = 17;

  /** TensorProto.DataType. */
  private static final int FLOAT = 1;

  private static final int INT64 = 7;

  private final ProtobufMessage graph = new ProtobufMessage();

  OnnxGraph(String name) {
    graph.text(2, name); // GraphProto.name
  }

  /** Adds a constant of floats and returns its name. */
  String floats(String name, List<Integer> shape, float[] values) {
    ProtobufMessage tensor = tensor(name, shape, FLOAT);
    graph.message(5, tensor.rawFloats(9, values)); // GraphProto.initializer, TensorProto.raw_data
    return name;
  }

  /** Adds a constant list of int64 and returns its name. */
  String integers(String name, long... values) {
    ProtobufMessage tensor = tensor(name, List.of(values.length), INT64);
    for (long value : values) {
      tensor.integer(7, value); // TensorProto.int64_data
    }
    graph.message(5, tensor); // GraphProto.initializer
    return name;
  }

  private static ProtobufMessage tensor(String name, List<Integer> shape, int dataType) {
    ProtobufMessage tensor = new ProtobufMessage();
    shape.forEach(size -> tensor.integer(1, size)); // TensorProto.dims
    return tensor.integer(2, dataType).text(8, name); // data_type, name
  }

  /** Adds a node of one output, which has the node's name, and returns that name. */
  String node(String operator, String name, List<String> inputs, Attributes attributes) {
    ProtobufMessage node = new ProtobufMessage();
    inputs.forEach(input -> node.text(1, input)); // NodeProto.input
    node.text(2, name).text(3, name).text(4, operator); // output, name, op_type
    attributes.messages.forEach(attribute -> node.message(5, attribute)); // attribute
    graph.message(1, node); // GraphProto.node
    return name;
  }

  /** Declares an input of floats; sizes are numbers or the names of sizes left open. */
  void input(String name, List<String> shape) {
    graph.message(11, value(name, shape)); // GraphProto.input
  }

  /** Declares an output of floats, likewise. */
  void output(String name, List<String> shape) {
    graph.message(12, value(name, shape)); // GraphProto.output
  }

  private static ProtobufMessage value(String name, List<String> shape) {
    ProtobufMessage sizes = new ProtobufMessage();
    for (String size : shape) {
      ProtobufMessage dimension = new ProtobufMessage();
      if (Character.isDigit(size.charAt(0))) {
        dimension.integer(1, Long.parseLong(size)); // Dimension.dim_value
      } else {
        dimension.text(2, size); // Dimension.dim_param
      }
      sizes.message(1, dimension); // TensorShapeProto.dim
    }
    ProtobufMessage tensorType =
        new ProtobufMessage().integer(1, FLOAT).message(2, sizes); // elem_type, shape
    ProtobufMessage type = new ProtobufMessage().message(1, tensorType); // TypeProto.tensor_type
    return new ProtobufMessage().text(1, name).message(2, type); // ValueInfoProto.name, type
  }

  /** The model as a file's bytes. */
  byte[] toModel() {
    ProtobufMessage opset =
        new ProtobufMessage().text(1, "").integer(2, OPSET); // OperatorSetIdProto.domain, version
    return new ProtobufMessage()
        .integer(1, IR_VERSION) // ModelProto.ir_version
        .text(2, "pancreas") // producer_name
        .message(7, graph) // graph
        .message(8, opset) // opset_import
        .toBytes();
  }

  /** The attributes of a node. */
  static final class Attributes {
    /** AttributeProto.AttributeType. */
    private static final int INT = 2;

    private static final int STRING = 3;
    private static final int INTS = 7;

    private final List<ProtobufMessage> messages = new ArrayList<>();

    Attributes integer(String name, long value) {
      messages.add(attribute(name, INT).integer(3, value)); // AttributeProto.i
      return this;
    }

    Attributes integers(String name, long... values) {
      ProtobufMessage attribute = attribute(name, INTS);
      for (long value : values) {
        attribute.integer(8, value); // AttributeProto.ints
      }
      messages.add(attribute);
      return this;
    }

    Attributes text(String name, String value) {
      messages.add(attribute(name, STRING).text(4, value)); // AttributeProto.s
      return this;
    }

    private static ProtobufMessage attribute(String name, int type) {
      return new ProtobufMessage().text(1, name).integer(20, type); // AttributeProto.name, type
    }
  }
}
