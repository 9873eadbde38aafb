package ai.pancreas.train;

import ai.pancreas.model.NetworkDescription;
import ai.pancreas.model.Tensor;
import ai.pancreas.model.TensorShape;
import ai.pancreas.model.Weights;
import ai.pancreas.tensorflow.TensorFlowRuntime;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

/**
 * Adds to a graph what trains its network: the gradients of the loss, Adam, and the running means
 * of statistics and weights. Counts the steps. Not thread-safe.
 *
 * <p>What TensorFlow cannot do, or finds no memory for, is a {@link ai.pancreas.PancreasException}
 * of code {@code DEVICE}.
 */
final class Optimization {
  private static final Weights NONE = new Weights(List.of());

  private final NetworkDescription network;
  private final OptimizerOptions options;
  private final List<TensorShape> tensors;
  private final Variables weights;
  private final RunningStatistics statistics;
  private final Operand<TFloat32> loss;
  private final Operand<TFloat32> gradientNorm;
  private final AdamGraph adam;
  private final Placeholder<TFloat32> meanShare;
  private final AveragingGraph averaging;
  private long steps;

  /**
   * Adds the gradients and the updates.
   *
   * @param tensors what is trained
   * @param weights its variables
   */
  Optimization(
      Ops tf,
      NetworkDescription network,
      OptimizerOptions options,
      List<TensorShape> tensors,
      Variables weights,
      RunningStatistics statistics,
      Operand<TFloat32> loss) {
    this.network = network;
    this.options = options;
    this.tensors = tensors;
    this.weights = weights;
    this.statistics = statistics;
    this.loss = loss;
    List<Operand<TFloat32>> gradients = gradients(tf);
    gradientNorm = norm(tf, gradients);
    adam = new AdamGraph(tf, options, tensors, weights, gradients);
    meanShare = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
    averaging =
        new AveragingGraph(
            tf, isAveraging() ? tensors : List.of(), weights, adam.updates(), meanShare);
  }

  /** The settings of a session; two operations at a time, as many of a step use one thread only. */
  static ConfigProto config(int threads) {
    return TensorFlowRuntime.config(threads).toBuilder()
        .setUsePerSessionThreads(true)
        .setInterOpParallelismThreads(Math.min(2, threads))
        .build();
  }

  private boolean isAveraging() {
    return options.averaging() > 0;
  }

  /** The state before the first step. */
  TrainingState start(Weights initial, Weights initialStatistics) {
    Weights zeros = zeros(tensors);
    return new TrainingState(
        network, 0, initial, zeros, zeros, initialStatistics, isAveraging() ? initial : NONE);
  }

  /**
   * Makes a step.
   *
   * @param runner is fed what the loss depends on
   */
  StepResult step(Session.Runner runner, double learningRate) {
    long step = steps + 1;
    statistics.updates().forEach(update -> add(runner, update));
    averaging.updates().forEach(update -> add(runner, update));
    try (TFloat32 statisticsFed = TFloat32.scalarOf((float) statistics.share(step));
        TFloat32 meanFed =
            TFloat32.scalarOf((float) OptimizerOptions.share(options.averaging(), step));
        Result result =
            adam.run(
                runner
                    .feed(statistics.fedShare().op().name(), statisticsFed)
                    .feed(meanShare.op().name(), meanFed)
                    .fetch(loss.op().name())
                    .fetch(gradientNorm.op().name()),
                step,
                learningRate)) {
      steps = step;
      return new StepResult(steps, scalar(result, 0), scalar(result, 1));
    }
  }

  private static void add(Session.Runner runner, Op update) {
    runner.addTarget(update.op().name());
  }

  /** All that {@link #restore} needs to go on as if nothing had happened. */
  TrainingState state(Session session) {
    return new TrainingState(
        network,
        steps,
        read(session, weights),
        read(session, adam.firstMoments()),
        read(session, adam.secondMoments()),
        read(session, statistics.variables()),
        read(session, averaging.means()));
  }

  /**
   * Goes back, or forward, to a state of the same network.
   *
   * @throws IllegalArgumentException if it is a state of another network or its tensors do not fit
   */
  void restore(Session session, TrainingState state) {
    if (!state.network().equals(network)) {
      throw new IllegalArgumentException(
          "a state of %s cannot be restored to %s".formatted(state.network(), network));
    }
    if (state.statistics().tensors().isEmpty() == statistics.variables().exist()
        || state.meanWeights().tensors().isEmpty() == averaging.means().exist()) {
      throw new IllegalArgumentException("a state with other normalisation or averaging");
    }
    state.check();
    assign(session, weights, state.weights());
    assign(session, adam.firstMoments(), state.firstMoments());
    assign(session, adam.secondMoments(), state.secondMoments());
    assign(session, statistics.variables(), state.statistics());
    assign(session, averaging.means(), state.meanWeights());
    steps = state.steps();
  }

  /** Sets variables of the network. */
  static void assign(Session session, Variables variables, Weights values) {
    try {
      variables.assign(session, values);
    } catch (RuntimeException | OutOfMemoryError e) {
      throw TensorFlowRuntime.failure("TensorFlow cannot take the weights", e);
    }
  }

  private static Weights read(Session session, Variables variables) {
    try {
      return variables.read(session);
    } catch (RuntimeException | OutOfMemoryError e) {
      throw TensorFlowRuntime.failure("TensorFlow cannot read the weights", e);
    }
  }

  private List<Operand<TFloat32>> gradients(Ops tf) {
    List<Operand<TFloat32>> parameters = new ArrayList<>();
    tensors.forEach(tensor -> parameters.add(weights.get(tensor.name())));
    List<Operand<TFloat32>> gradients = new ArrayList<>();
    for (Output<?> gradient : tf.gradients(loss, parameters).dy()) {
      gradients.add(gradient.expect(TFloat32.class));
    }
    return gradients;
  }

  private static Operand<TFloat32> norm(Ops tf, List<Operand<TFloat32>> gradients) {
    List<Operand<TFloat32>> halfSquares = new ArrayList<>();
    gradients.forEach(gradient -> halfSquares.add(tf.nn.l2Loss(gradient)));
    return tf.math.sqrt(tf.math.mul(tf.constant(2f), tf.math.addN(halfSquares)));
  }

  private static double scalar(Result result, int index) {
    return ((TFloat32) result.get(index)).getFloat();
  }

  private static Weights zeros(List<TensorShape> tensors) {
    List<Tensor> zeros = new ArrayList<>();
    for (TensorShape tensor : tensors) {
      int count = tensor.shape().stream().reduce(1, Math::multiplyExact);
      zeros.add(new Tensor(tensor.name(), tensor.shape(), new float[count]));
    }
    return new Weights(zeros);
  }
}
