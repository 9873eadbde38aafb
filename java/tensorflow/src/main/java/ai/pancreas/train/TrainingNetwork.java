package ai.pancreas.train;

import ai.pancreas.Monitor;
import ai.pancreas.model.NetworkDescription;
import ai.pancreas.model.Segmentation2021;
import ai.pancreas.model.TensorShape;
import ai.pancreas.model.Weights;
import ai.pancreas.tensorflow.FloatTensors;
import ai.pancreas.tensorflow.Segmentation2021Graph;
import ai.pancreas.tensorflow.SliceInference;
import ai.pancreas.tensorflow.TensorFlowRuntime;
import java.nio.FloatBuffer;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * A network, its loss and its optimizer on one TensorFlow graph. Not thread-safe.
 *
 * <p>What TensorFlow cannot do, or finds no memory for, is a {@link ai.pancreas.PancreasException}
 * of code {@code DEVICE}.
 */
public final class TrainingNetwork implements AutoCloseable {
  /** How slowly the statistics of batch normalisation fade at least; Keras's default. */
  private static final double STATISTICS_FADING = 0.99;

  private final NetworkDescription network;
  private final Normalization normalization;
  private final Segmentation2021Graph<TFloat32> layers;
  private final Placeholder<TFloat32> mask;
  private final Optimization optimization;
  private final Variables inferenceWeights;

  /** What the operands above belong to; the graph that runs has the same names. */
  private final Graph definition;

  private final Graph graph;
  private final Session session;
  private final SliceInference inference;

  /** Whether {@code inferenceWeights} are those of the last step. */
  private boolean inferenceIsCurrent;

  private TrainingNetwork(
      Graph definition,
      Graph graph,
      NetworkDescription network,
      Normalization normalization,
      LossOptions options,
      OptimizerOptions optimizer,
      int threads) {
    this.definition = definition;
    this.graph = graph;
    this.network = network;
    this.normalization = normalization;
    List<TensorShape> tensors = TrainingState.tensors(network, normalization);
    boolean isNormalised = normalization == Normalization.BATCH;
    Ops tf = Ops.create(definition);
    Variables weights = new Variables(tf, tensors, "weights");
    RunningStatistics statistics =
        new RunningStatistics(
            tf,
            isNormalised ? BatchNormalization.statistics(network) : List.of(),
            step ->
                OptimizerOptions.share(Math.max(STATISTICS_FADING, optimizer.averaging()), step));
    layers =
        isNormalised
            ? new Segmentation2021Graph<>(
                tf,
                TFloat32.class,
                network.filters(),
                weights,
                new BatchNormalizationGraph(tf, weights, statistics))
            : new Segmentation2021Graph<>(tf, TFloat32.class, network.filters(), weights);
    mask = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, -1, -1, 1)));
    Operand<TFloat32> loss =
        new LossGraph<>(tf, TFloat32.class, options, mask)
            .of(layers.headLogits(), layers.supervisionLogits());
    optimization = new Optimization(tf, network, optimizer, tensors, weights, statistics, loss);
    List<TensorShape> inferred = Segmentation2021.tensors(network.filters());
    inferenceWeights = new Variables(tf, inferred, "inference");
    Segmentation2021Graph<TFloat32> inferenceLayers =
        new Segmentation2021Graph<>(tf, TFloat32.class, network.filters(), inferenceWeights);
    ReluGradients.copyWithOutputs(definition, graph);
    session = new Session(graph, Optimization.config(threads));
    inference = new SliceInference(session, inferenceLayers, network.sizeMultiple());
  }

  /**
   * Builds the graph and sets the weights; the optimizer starts afresh.
   *
   * @param initial the network's weights, which normalisation does not keep the meaning of
   * @param threads for the work within an operation; TensorFlow takes the number of the first
   *     session of a process for all
   * @throws IllegalArgumentException if the weights are not those of the network, the network is of
   *     a kind that cannot be trained, or the loss has another number of deep-supervision factors
   *     than the network maps
   */
  public static TrainingNetwork open(
      NetworkDescription network,
      Weights initial,
      Normalization normalization,
      LossOptions loss,
      OptimizerOptions optimizer,
      int threads) {
    if (!network.type().equals(NetworkDescription.SEGMENTATION_2021)) {
      throw new IllegalArgumentException("no training for the network " + network.type());
    }
    int maps = network.filters().size() - 1;
    if (!loss.deepSupervision().isEmpty() && loss.deepSupervision().size() != maps) {
      throw new IllegalArgumentException(
          "%d factors of deep supervision for %d maps"
              .formatted(loss.deepSupervision().size(), maps));
    }
    TensorFlowRuntime.load();
    Graph definition = new Graph();
    Graph graph = new Graph();
    TrainingNetwork training;
    try {
      training =
          new TrainingNetwork(definition, graph, network, normalization, loss, optimizer, threads);
    } catch (RuntimeException | OutOfMemoryError e) {
      graph.close();
      definition.close();
      throw TensorFlowRuntime.failure("TensorFlow cannot build the network", e);
    }
    try {
      training.restore(training.start(initial));
      return training;
    } catch (RuntimeException e) {
      training.close();
      throw e;
    }
  }

  private TrainingState start(Weights initial) {
    return normalization == Normalization.BATCH
        ? optimization.start(
            BatchNormalization.withScales(network, initial),
            BatchNormalization.initialStatistics(network))
        : optimization.start(initial, new Weights(List.of()));
  }

  /**
   * Changes the weights so as to lower the loss of a batch.
   *
   * @throws IllegalArgumentException if rows or columns do not fit the network
   */
  public StepResult step(Batch batch, double learningRate) {
    int multiple = network.sizeMultiple();
    if (batch.rows() % multiple != 0 || batch.columns() % multiple != 0) {
      throw new IllegalArgumentException(
          "rows and columns must be multiples of %d: %d x %d"
              .formatted(multiple, batch.rows(), batch.columns()));
    }
    Shape shape = Shape.of(batch.slices(), batch.rows(), batch.columns(), 1);
    try (TFloat32 input = FloatTensors.of(batch.input(), shape);
        TFloat32 target = FloatTensors.of(batch.mask(), shape)) {
      inferenceIsCurrent = false;
      return optimization.step(
          session.runner().feed(layers.input().op().name(), input).feed(mask.op().name(), target),
          learningRate);
    } catch (RuntimeException | OutOfMemoryError e) {
      throw TensorFlowRuntime.failure(
          "TensorFlow failed to train on %d slices of %d x %d"
              .formatted(batch.slices(), batch.rows(), batch.columns()),
          e);
    }
  }

  /**
   * The probability of pancreas with the current {@link #weights}.
   *
   * @param input values as the network gets them, [slice][row][column], from the buffer's position
   * @param slices any number: they go through the network in groups
   * @param rows a multiple of the network's {@code sizeMultiple}; need not be that of the batches
   * @param columns likewise
   * @param probability receives as many values, from its position
   * @throws IllegalArgumentException if the sizes do not fit the network or the buffers
   */
  public void predict(
      FloatBuffer input, int slices, int rows, int columns, FloatBuffer probability) {
    if (!inferenceIsCurrent) {
      Optimization.assign(session, inferenceWeights, weights());
      inferenceIsCurrent = true;
    }
    inference.run(input, slices, rows, columns, probability, Monitor.NONE);
  }

  /**
   * The current weights for inference, a copy: their means where they are averaged, with the
   * normalisation in them.
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
    definition.close();
  }
}
