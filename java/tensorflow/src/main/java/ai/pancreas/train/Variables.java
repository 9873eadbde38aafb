package ai.pancreas.train;

import ai.pancreas.model.Tensor;
import ai.pancreas.model.TensorShape;
import ai.pancreas.model.Weights;
import ai.pancreas.tensorflow.Parameters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.AssignVariableOp;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TFloat32;

/**
 * TensorFlow variables, one for each tensor of a network: its parameters, or what an optimizer
 * remembers of each. A read is a snapshot: an update of the same step does not show in it.
 */
final class Variables implements Parameters<TFloat32> {
  private record Variable(
      TensorShape tensor,
      VarHandleOp handle,
      Operand<TFloat32> value,
      Placeholder<TFloat32> assigned,
      AssignVariableOp assign) {}

  private final Map<String, Variable> variables = new LinkedHashMap<>();

  /**
   * Adds variables to a graph. They have no value until {@link #assign}.
   *
   * @param kind tells them from other variables of the same tensors
   */
  Variables(Ops tf, List<TensorShape> tensors, String kind) {
    for (TensorShape tensor : tensors) {
      String name = kind + "/" + tensor.name();
      VarHandleOp handle =
          tf.varHandleOp(
              TFloat32.class, Parameters.shape(tensor.shape()), VarHandleOp.sharedName(name));
      Placeholder<TFloat32> assigned =
          tf.placeholder(TFloat32.class, Placeholder.shape(Parameters.shape(tensor.shape())));
      variables.put(
          tensor.name(),
          new Variable(
              tensor,
              handle,
              tf.readVariableOp(handle, TFloat32.class),
              assigned,
              tf.assignVariableOp(handle, assigned)));
    }
  }

  @Override
  public Operand<TFloat32> get(String name) {
    return variables.get(name).value();
  }

  VarHandleOp handle(String name) {
    return variables.get(name).handle();
  }

  /** Whether there are any. */
  boolean exist() {
    return !variables.isEmpty();
  }

  /** Sets all values at once, to tensors of the same names and shapes. */
  void assign(Session session, Weights values) {
    if (!exist()) {
      return;
    }
    List<TFloat32> fed = new ArrayList<>();
    try {
      Session.Runner runner = session.runner();
      for (Variable variable : variables.values()) {
        TFloat32 tensor =
            TFloat32.tensorOf(
                Parameters.shape(variable.tensor().shape()),
                DataBuffers.of(values.get(variable.tensor().name()).values(), true, false));
        fed.add(tensor);
        runner
            .feed(variable.assigned().op().name(), tensor)
            .addTarget(variable.assign().op().name());
      }
      runner.run().close();
    } finally {
      fed.forEach(TFloat32::close);
    }
  }

  /** All values as they are now. */
  Weights read(Session session) {
    if (!exist()) {
      return new Weights(List.of());
    }
    Session.Runner runner = session.runner();
    variables.values().forEach(variable -> runner.fetch(variable.value().op().name()));
    List<Tensor> tensors = new ArrayList<>();
    try (Result result = runner.run()) {
      for (Variable variable : variables.values()) {
        TFloat32 value = (TFloat32) result.get(tensors.size());
        float[] values = new float[Math.toIntExact(value.size())];
        value.copyTo(DataBuffers.of(values, false, false));
        TensorShape tensor = variable.tensor();
        tensors.add(new Tensor(tensor.name(), tensor.shape(), values));
      }
    }
    return new Weights(tensors);
  }
}
