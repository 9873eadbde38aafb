package ai.pancreas.train;

import ai.pancreas.model.NetworkDescription;
import ai.pancreas.model.TensorShape;
import ai.pancreas.model.Weights;
import ai.pancreas.tensorflow.Classification2024Graph;
import ai.pancreas.tensorflow.FloatTensors;
import ai.pancreas.tensorflow.FoldedNormalization;
import ai.pancreas.tensorflow.TensorFlowRuntime;
import java.nio.FloatBuffer;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * A classification network, its loss and its optimizer on one TensorFlow graph. Not thread-safe.
 *
 * <p>The loss is the mean binary cross-entropy, plus {@code l2} times the sum of the squares of all
 * convolution kernels. Batch normalisation goes by the statistics of each batch; their moving
 * averages, which prediction and the model get, have a momentum of 0.8 as in the reference project.
 * Where weights are averaged, too, these averages fade at least as slowly.
 *
 * <p>What TensorFlow cannot do, or finds no memory for, is a {@link ai.pancreas.PancreasException}
 * of code {@code DEVICE}.
 */
public final class ClassificationNetwork implements AutoCloseable {
  private static final double MOMENTUM = 0.8;

  /** Volumes that are predicted together. */
  private static final int GROUP = 4;

  private final NetworkDescription network;
  private final Classification2024Graph<TFloat32> layers;
  private final Placeholder<TFloat32> labels;
  private final Optimization optimization;
  private final Variables inferenceWeights;
  private final Classification2024Graph<TFloat32> inference;
  private final Graph graph;
  private final Session session;

  /** Whether {@code inferenceWeights} are those of the last step. */
  private boolean inferenceIsCurrent;

  private ClassificationNetwork(
      Graph graph, NetworkDescription network, double l2, OptimizerOptions optimizer, int threads) {
    this.graph = graph;
    this.network = network;
    List<TensorShape> tensors = OwnNormalization.trained(network);
    Ops tf = Ops.create(graph);
    Variables weights = new Variables(tf, tensors, "weights");
    RunningStatistics statistics =
        new RunningStatistics(
            tf,
            OwnNormalization.statistics(network),
            step -> Math.min(1 - MOMENTUM, OptimizerOptions.share(optimizer.averaging(), step)));
    layers =
        new Classification2024Graph<>(
            tf,
            TFloat32.class,
            network,
            weights,
            new OwnNormalizationGraph(tf, weights, statistics));
    labels = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1)));
    Operand<TFloat32> loss =
        ClassificationLoss.of(tf, TFloat32.class, layers.logits(), labels, l2, tensors, weights);
    optimization = new Optimization(tf, network, optimizer, tensors, weights, statistics, loss);
    inferenceWeights = new Variables(tf, FoldedNormalization.tensors(network), "inference");
    inference =
        new Classification2024Graph<>(
            tf, TFloat32.class, network, inferenceWeights, FoldedNormalization.normalizer(tf));
    session = new Session(graph, Optimization.config(threads));
  }

  /**
   * Builds the graph and sets the weights; the optimizer starts afresh.
   *
   * @param initial all tensors of the network, its moving means and variances included
   * @param l2 the factor of the squares of convolution kernels; 0 for none
   * @param threads for the work within an operation; TensorFlow takes the number of the first
   *     session of a process for all
   * @throws IllegalArgumentException if it is no classification network, or the weights are not
   *     those of the network
   */
  public static ClassificationNetwork open(
      NetworkDescription network,
      Weights initial,
      double l2,
      OptimizerOptions optimizer,
      int threads) {
    if (!network.type().equals(NetworkDescription.CLASSIFICATION_2024)) {
      throw new IllegalArgumentException("no classification network: " + network.type());
    }
    if (!(l2 >= 0) || Double.isInfinite(l2)) {
      throw new IllegalArgumentException("the factor of L2 must be 0 or more: " + l2);
    }
    ConvolutionGradients.register();
    Graph graph = new Graph();
    ClassificationNetwork training;
    try {
      training = new ClassificationNetwork(graph, network, l2, optimizer, threads);
    } catch (RuntimeException | OutOfMemoryError e) {
      graph.close();
      throw TensorFlowRuntime.failure("TensorFlow cannot build the network", e);
    }
    try {
      training.restore(
          training.optimization.start(
              OwnNormalization.part(OwnNormalization.trained(network), initial),
              OwnNormalization.part(OwnNormalization.statistics(network), initial)));
      return training;
    } catch (RuntimeException e) {
      training.close();
      throw e;
    }
  }

  /**
   * Changes the weights so as to lower the loss of a batch.
   *
   * @param input [volume][slice][row][column] of the network's input size, from the buffer's
   *     position
   * @param labels of each volume: 1 for cancer, 0 for none
   * @return the loss with its L2 part
   * @throws IllegalArgumentException if there is no label, or the input is too short
   */
  public StepResult step(FloatBuffer input, float[] labels, double learningRate) {
    check(input, labels.length);
    try (TFloat32 fed = tensor(input, 0, labels.length);
        TFloat32 target =
            TFloat32.tensorOf(Shape.of(labels.length), DataBuffers.of(labels, true, false))) {
      inferenceIsCurrent = false;
      return optimization.step(
          session
              .runner()
              .feed(layers.input().op().name(), fed)
              .feed(this.labels.op().name(), target),
          learningRate);
    } catch (RuntimeException | OutOfMemoryError e) {
      throw TensorFlowRuntime.failure(
          "TensorFlow failed to train on %d volumes of %s"
              .formatted(labels.length, network.inputSize()),
          e);
    }
  }

  /**
   * The probabilities of cancer with the current {@link #weights}.
   *
   * @param input as for {@link #step}
   * @param count any number of volumes: they go through the network in groups
   * @throws IllegalArgumentException if there is no volume, or the input is too short
   */
  public float[] predict(FloatBuffer input, int count) {
    check(input, count);
    if (!inferenceIsCurrent) {
      Weights folded = FoldedNormalization.fold(network, weights());
      Optimization.assign(session, inferenceWeights, folded);
      inferenceIsCurrent = true;
    }
    float[] probabilities = new float[count];
    for (int first = 0; first < count; first += GROUP) {
      int group = Math.min(GROUP, count - first);
      try (TFloat32 fed = tensor(input, first, group);
          Result result =
              session
                  .runner()
                  .feed(inference.input().op().name(), fed)
                  .fetch(inference.probability().op().name())
                  .run()) {
        FloatTensors.copy((TFloat32) result.get(0), FloatBuffer.wrap(probabilities, first, group));
      } catch (RuntimeException | OutOfMemoryError e) {
        throw TensorFlowRuntime.failure(
            "TensorFlow failed on %d volumes of %s".formatted(group, network.inputSize()), e);
      }
    }
    return probabilities;
  }

  /**
   * All tensors of the network as they are now, a copy: weights, or their means where they are
   * averaged, and the moving means and variances of batch normalisation.
   */
  public Weights weights() {
    return state().inferenceWeights();
  }

  /** All that {@link #restore} needs to go on as if nothing had happened. */
  TrainingState state() {
    return optimization.state(session);
  }

  /**
   * Goes back, or forward, to a state of the same network.
   *
   * @throws IllegalArgumentException if it is a state of another network or its tensors do not fit
   */
  void restore(TrainingState state) {
    optimization.restore(session, state);
    inferenceIsCurrent = false;
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }

  private void check(FloatBuffer input, int volumes) {
    long needed = Math.multiplyExact((long) volumes, voxels());
    if (volumes < 1 || input.remaining() < needed) {
      throw new IllegalArgumentException(
          "%d volumes of %s are needed; the input holds %d values"
              .formatted(volumes, network.inputSize(), input.remaining()));
    }
  }

  private TFloat32 tensor(FloatBuffer input, int first, int count) {
    List<Integer> size = network.inputSize();
    return FloatTensors.of(
        input.duplicate().position(input.position() + first * voxels()),
        Shape.of(count, size.get(0), size.get(1), size.get(2), 1));
  }

  private int voxels() {
    return network.inputSize().stream().reduce(1, Math::multiplyExact);
  }
}
