package ai.pancreas.train;

import ai.pancreas.model.ResidualBlock;
import ai.pancreas.tensorflow.FoldedNormalization;
import ai.pancreas.tensorflow.Normalizer;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.FusedBatchNorm;
import org.tensorflow.types.TFloat32;

/**
 * Adds a network's {@link OwnNormalization} by each batch's own statistics to a graph of volumes.
 *
 * <p>As in Keras 3, the variance of a batch is its sum of squared distances from the mean divided
 * by the number of values, for the running means, too.
 */
final class OwnNormalizationGraph implements Normalizer<TFloat32> {
  private static final String VOLUMES = "NDHWC";

  private final Ops tf;
  private final Variables weights;
  private final RunningStatistics statistics;
  private final Operand<TFloat32> none;

  /**
   * Prepares the normalisation.
   *
   * @param weights the trained tensors of the network
   * @param statistics receive those of each batch
   */
  OwnNormalizationGraph(Ops tf, Variables weights, RunningStatistics statistics) {
    this.tf = tf;
    this.weights = weights;
    this.statistics = statistics;
    none = tf.constant(new float[0]);
  }

  @Override
  public Operand<TFloat32> apply(Operand<TFloat32> x, Operand<TFloat32> bias, String name) {
    String norm = FoldedNormalization.normOf(name).orElseThrow();
    FusedBatchNorm<TFloat32, TFloat32> normalised =
        tf.nn.fusedBatchNorm(
            tf.nn.biasAdd(x, bias),
            weights.get(norm + "/gamma"),
            weights.get(norm + "/beta"),
            none,
            none,
            FusedBatchNorm.isTraining(true),
            FusedBatchNorm.epsilon(ResidualBlock.EPSILON),
            FusedBatchNorm.dataFormat(VOLUMES));
    statistics.update(norm + "/mean", normalised.batchMean());
    statistics.update(norm + "/variance", tf.math.mul(normalised.batchVariance(), biased(x, bias)));
    return normalised.y();
  }

  /** (n - 1) / n of the n values of each channel. */
  private Operand<TFloat32> biased(Operand<TFloat32> x, Operand<TFloat32> bias) {
    Operand<TFloat32> channels = tf.dtypes.cast(tf.size(bias), TFloat32.class);
    Operand<TFloat32> values = tf.dtypes.cast(tf.size(x), TFloat32.class);
    return tf.math.sub(tf.constant(1f), tf.math.div(channels, values));
  }
}
