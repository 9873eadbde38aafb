package ai.pancreas.train;

import ai.pancreas.model.TensorShape;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/** Adds the update of {@link OptimizerOptions} to a graph. */
final class AdamGraph {
  private final OptimizerOptions options;
  private final Variables firstMoments;
  private final Variables secondMoments;
  private final Placeholder<TFloat32> rate;
  private final Placeholder<TFloat32> decay;
  private final List<Op> updates = new ArrayList<>();

  /**
   * Adds the moments and the updates.
   *
   * @param gradients one for each tensor, in the same order
   */
  AdamGraph(
      Ops tf,
      OptimizerOptions options,
      List<TensorShape> tensors,
      Variables weights,
      List<Operand<TFloat32>> gradients) {
    this.options = options;
    this.firstMoments = new Variables(tf, tensors, "first");
    this.secondMoments = new Variables(tf, tensors, "second");
    this.rate = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
    this.decay = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
    // The bias correction is part of the rate that a step gets: TensorFlow is told of none.
    Operand<TFloat32> noPower = tf.constant(0f);
    Operand<TFloat32> beta1 = tf.constant((float) options.beta1());
    Operand<TFloat32> beta2 = tf.constant((float) options.beta2());
    Operand<TFloat32> epsilon = tf.constant((float) options.epsilon());
    for (int i = 0; i < tensors.size(); i++) {
      String name = tensors.get(i).name();
      Ops after = tf;
      if (options.weightDecay() > 0 && isKernel(tensors.get(i))) {
        after =
            tf.withControlDependencies(
                tf.assignSubVariableOp(
                    weights.handle(name), tf.math.mul(decay, weights.get(name))));
      }
      updates.add(
          after.train.resourceApplyAdam(
              weights.handle(name),
              firstMoments.handle(name),
              secondMoments.handle(name),
              noPower,
              noPower,
              rate,
              beta1,
              beta2,
              epsilon,
              gradients.get(i)));
    }
  }

  Variables firstMoments() {
    return firstMoments;
  }

  Variables secondMoments() {
    return secondMoments;
  }

  /** The updates of the weights, one for each tensor. */
  List<Op> updates() {
    return List.copyOf(updates);
  }

  /**
   * Runs a step: the updates, and whatever the runner is to fetch.
   *
   * @param step the number of the step, from 1
   */
  Result run(Session.Runner runner, long step, double learningRate) {
    double corrected =
        learningRate
            * Math.sqrt(1 - StrictMath.pow(options.beta2(), step))
            / (1 - StrictMath.pow(options.beta1(), step));
    updates.forEach(update -> runner.addTarget(update.op().name()));
    try (TFloat32 fedRate = TFloat32.scalarOf((float) corrected);
        TFloat32 fedDecay = TFloat32.scalarOf((float) (learningRate * options.weightDecay()))) {
      return runner.feed(rate.op().name(), fedRate).feed(decay.op().name(), fedDecay).run();
    }
  }

  private static boolean isKernel(TensorShape tensor) {
    return tensor.shape().size() > 1;
  }
}
