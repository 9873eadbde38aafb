package ai.pancreas.train;

import ai.pancreas.model.TensorShape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongToDoubleFunction;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/** Adds running means of what batch normalisation measures of each batch to a graph. */
final class RunningStatistics {
  private final Ops tf;
  private final LongToDoubleFunction share;
  private final Variables variables;
  private final Placeholder<TFloat32> fedShare;
  private final List<Op> updates = new ArrayList<>();

  /**
   * Adds the variables.
   *
   * @param tensors none where nothing is measured
   * @param share what share of the running means a step, counted from 1, replaces by its own
   */
  RunningStatistics(Ops tf, List<TensorShape> tensors, LongToDoubleFunction share) {
    this.tf = tf;
    this.share = share;
    variables = new Variables(tf, tensors, "statistics");
    fedShare = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
  }

  /** Adds the update of a running mean. */
  void update(String name, Operand<TFloat32> ofBatch) {
    Operand<TFloat32> difference = tf.math.sub(variables.get(name), ofBatch);
    updates.add(tf.assignSubVariableOp(variables.handle(name), tf.math.mul(fedShare, difference)));
  }

  Variables variables() {
    return variables;
  }

  /** What a step has to run. */
  List<Op> updates() {
    return List.copyOf(updates);
  }

  /** The scalar that a step has to feed. */
  Placeholder<TFloat32> fedShare() {
    return fedShare;
  }

  /** Its value. */
  double share(long step) {
    return share.applyAsDouble(step);
  }
}
