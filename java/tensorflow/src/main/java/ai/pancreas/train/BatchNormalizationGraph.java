package ai.pancreas.train;

import ai.pancreas.model.NetworkDescription;
import ai.pancreas.tensorflow.Normalizer;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.FusedBatchNorm;
import org.tensorflow.types.TFloat32;

/** Adds batch normalisation by each batch's own statistics, and their running means, to a graph. */
final class BatchNormalizationGraph implements Normalizer<TFloat32> {
  private final Ops tf;
  private final Variables weights;
  private final Variables statistics;
  private final Operand<TFloat32> share;
  private final Operand<TFloat32> none;
  private final List<Op> updates = new ArrayList<>();

  /**
   * Adds the variables of the statistics.
   *
   * @param weights those of the network, its scales included
   * @param share what share of the running statistics a step replaces by its own
   */
  BatchNormalizationGraph(
      Ops tf, NetworkDescription network, Variables weights, Operand<TFloat32> share) {
    this.tf = tf;
    this.weights = weights;
    this.share = share;
    statistics = new Variables(tf, BatchNormalization.statistics(network), "statistics");
    none = tf.constant(new float[0]);
  }

  @Override
  public Operand<TFloat32> apply(Operand<TFloat32> x, Operand<TFloat32> bias, String name) {
    FusedBatchNorm<TFloat32, TFloat32> normalised =
        tf.nn.fusedBatchNorm(
            x,
            weights.get(BatchNormalization.scale(name)),
            bias,
            none,
            none,
            FusedBatchNorm.isTraining(true),
            FusedBatchNorm.epsilon(BatchNormalization.EPSILON));
    update(BatchNormalization.mean(name), normalised.batchMean());
    update(BatchNormalization.variance(name), normalised.batchVariance());
    return normalised.y();
  }

  private void update(String name, Operand<TFloat32> ofBatch) {
    Operand<TFloat32> difference = tf.math.sub(statistics.get(name), ofBatch);
    updates.add(tf.assignSubVariableOp(statistics.handle(name), tf.math.mul(share, difference)));
  }

  /** The running means and variances. */
  Variables statistics() {
    return statistics;
  }

  /** What a step has to run. */
  List<Op> updates() {
    return List.copyOf(updates);
  }
}
