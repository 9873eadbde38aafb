package ai.pancreas.train;

import ai.pancreas.tensorflow.Normalizer;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.FusedBatchNorm;
import org.tensorflow.types.TFloat32;

/** Adds {@link BatchNormalization} by each batch's own statistics to a graph. */
final class BatchNormalizationGraph implements Normalizer<TFloat32> {
  private final Ops tf;
  private final Variables weights;
  private final RunningStatistics statistics;
  private final Operand<TFloat32> none;

  /**
   * Prepares the normalisation.
   *
   * @param weights those of the network, its scales included
   * @param statistics receive those of each batch
   */
  BatchNormalizationGraph(Ops tf, Variables weights, RunningStatistics statistics) {
    this.tf = tf;
    this.weights = weights;
    this.statistics = statistics;
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
    statistics.update(BatchNormalization.mean(name), normalised.batchMean());
    statistics.update(BatchNormalization.variance(name), normalised.batchVariance());
    return normalised.y();
  }
}
