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

  /** Copies a graph, with all names, to an empty one; there, the gradients of ReLU take outputs. */
  static void copyWithOutputs(Graph from, Graph to) {
    GraphDef.Builder definition = from.toGraphDef().toBuilder();
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
    to.importGraphDef(definition.build());
  }
}
