package ai.pancreas.train;

import ai.pancreas.model.TensorShape;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Adds a running mean of the weights over the steps to a graph. */
final class AveragingGraph {
  private final Variables means;
  private final List<Op> updates = new ArrayList<>();

  /**
   * Adds the means and their updates.
   *
   * @param tensors which are averaged: all that are updated, or none
   * @param weightUpdates one for each tensor, in the same order: a mean takes the weights after it
   * @param share what share of the mean a step replaces by the weights
   */
  AveragingGraph(
      Ops tf,
      List<TensorShape> tensors,
      Variables weights,
      List<Op> weightUpdates,
      Operand<TFloat32> share) {
    means = new Variables(tf, tensors, "mean");
    for (int i = 0; i < tensors.size(); i++) {
      String name = tensors.get(i).name();
      Operand<TFloat32> updated =
          tf.withControlDependencies(weightUpdates.get(i))
              .readVariableOp(weights.handle(name), TFloat32.class);
      updates.add(
          tf.assignSubVariableOp(
              means.handle(name), tf.math.mul(share, tf.math.sub(means.get(name), updated))));
    }
  }

  Variables means() {
    return means;
  }

  /** What a step has to run. */
  List<Op> updates() {
    return List.copyOf(updates);
  }
}
