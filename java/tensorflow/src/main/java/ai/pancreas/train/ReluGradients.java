package ai.pancreas.train;

import java.util.HashMap;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * Makes the gradients of ReLU depend on its output where TensorFlow's C++ gradients take its input.
 * Where one is positive, so is the other: values stay the same. But with two users of a ReLU's
 * input TensorFlow cannot fuse convolution, bias and ReLU into one operation, and has to keep the
 * input for the backward pass beside the output.
 */
final class ReluGradients {
  private static final int FEATURES = 1;

  private ReluGradients() {}

  /** A copy of a graph, with the same names, whose ReLU gradients take outputs. */
  static Graph fromOutputs(Graph graph) {
    GraphDef.Builder definition = graph.toGraphDef().toBuilder();
    Map<String, String> outputs = new HashMap<>();
    for (NodeDef node : definition.getNodeList()) {
      if (node.getOp().equals("Relu")) {
        outputs.put(node.getInput(0), node.getName());
      }
    }
    for (NodeDef.Builder node : definition.getNodeBuilderList()) {
      if (node.getOp().equals("ReluGrad")) {
        String output = outputs.get(node.getInput(FEATURES));
        if (output != null) {
          node.setInput(FEATURES, output);
        }
      }
    }
    Graph copy = new Graph();
    copy.importGraphDef(definition.build());
    return copy;
  }
}
