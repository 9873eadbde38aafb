package ai.pancreas.train;

import ai.pancreas.Monitor;
import ai.pancreas.model.NetworkDescription;
import ai.pancreas.model.Segmentation2021;
import ai.pancreas.model.Tensor;
import ai.pancreas.model.TensorShape;
import ai.pancreas.model.Weights;
import ai.pancreas.tensorflow.Segmentation2021Graph;
import ai.pancreas.tensorflow.SliceInference;
import ai.pancreas.tensorflow.TensorFlowRuntime;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
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

  private static final Weights NONE = new Weights(List.of());

  private final NetworkDescription network;
  private final Normalization normalization;
  private final OptimizerOptions optimizer;
  private final List<TensorShape> tensors;
  private final Variables weights;
  private final Placeholder<TFloat32> statisticsShare;
  private final Placeholder<TFloat32> meanShare;
  private final BatchNormalizationGraph batchNormalization;
  private final Segmentation2021Graph<TFloat32> layers;
  private final Placeholder<TFloat32> mask;
  private final Operand<TFloat32> loss;
  private final Operand<TFloat32> gradientNorm;
  private final AdamGraph adam;
  private final AveragingGraph averaging;
  private final Variables inferenceWeights;

  /** What the operands above belong to; the graph that runs has the same names. */
  private final Graph definition;

  private final Graph graph;
  private final Session session;
  private final SliceInference inference;
  private long steps;

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
    this.optimizer = optimizer;
    tensors = TrainingState.tensors(network, normalization);
    Ops tf = Ops.create(definition);
    weights = new Variables(tf, tensors, "weights");
    statisticsShare = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
    meanShare = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
    if (normalization == Normalization.BATCH) {
      batchNormalization = new BatchNormalizationGraph(tf, network, weights, statisticsShare);
      layers =
          new Segmentation2021Graph<>(
              tf, TFloat32.class, network.filters(), weights, batchNormalization);
    } else {
      batchNormalization = null;
      layers = new Segmentation2021Graph<>(tf, TFloat32.class, network.filters(), weights);
    }
    mask = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, -1, -1, 1)));
    loss =
        new LossGraph<>(tf, TFloat32.class, options, mask)
            .of(layers.headLogits(), layers.supervisionLogits());
    List<Operand<TFloat32>> gradients = gradients(tf);
    gradientNorm = norm(tf, gradients);
    adam = new AdamGraph(tf, optimizer, tensors, weights, gradients);
    averaging =
        optimizer.averaging() > 0
            ? new AveragingGraph(tf, tensors, weights, adam.updates(), meanShare)
            : null;
    List<TensorShape> inferred = Segmentation2021.tensors(network.filters());
    inferenceWeights = new Variables(tf, inferred, "inference");
    Segmentation2021Graph<TFloat32> inferenceLayers =
        new Segmentation2021Graph<>(tf, TFloat32.class, network.filters(), inferenceWeights);
    ReluGradients.copyWithOutputs(definition, graph);
    session = new Session(graph, config(threads));
    inference = new SliceInference(session, inferenceLayers, network.sizeMultiple());
  }

  /** Two operations at a time: many of the backward pass use one thread only. */
  private static ConfigProto config(int threads) {
    return TensorFlowRuntime.config(threads).toBuilder()
        .setUsePerSessionThreads(true)
        .setInterOpParallelismThreads(Math.min(2, threads))
        .build();
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
    boolean normalised = normalization == Normalization.BATCH;
    Weights start = normalised ? BatchNormalization.withScales(network, initial) : initial;
    Weights zeros = zeros(tensors);
    return new TrainingState(
        network,
        0,
        start,
        zeros,
        zeros,
        normalised ? BatchNormalization.initialStatistics(network) : NONE,
        averaging == null ? NONE : start);
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
    try (TFloat32 input = tensor(batch.input(), shape);
        TFloat32 target = tensor(batch.mask(), shape);
        TFloat32 statisticsFed = TFloat32.scalarOf(share(STATISTICS_FADING));
        TFloat32 meanFed = TFloat32.scalarOf(share(0));
        Result result =
            adam.run(
                runner()
                    .feed(layers.input().op().name(), input)
                    .feed(mask.op().name(), target)
                    .feed(statisticsShare.op().name(), statisticsFed)
                    .feed(meanShare.op().name(), meanFed)
                    .fetch(loss.op().name())
                    .fetch(gradientNorm.op().name()),
                steps + 1,
                learningRate)) {
      steps++;
      inferenceIsCurrent = false;
      return new StepResult(steps, scalar(result, 0), scalar(result, 1));
    } catch (RuntimeException | OutOfMemoryError e) {
      throw TensorFlowRuntime.failure(
          "TensorFlow failed to train on %d slices of %d x %d"
              .formatted(batch.slices(), batch.rows(), batch.columns()),
          e);
    }
  }

  private Session.Runner runner() {
    Session.Runner runner = session.runner();
    if (batchNormalization != null) {
      batchNormalization.updates().forEach(update -> runner.addTarget(update.op().name()));
    }
    if (averaging != null) {
      averaging.updates().forEach(update -> runner.addTarget(update.op().name()));
    }
    return runner;
  }

  /** What share of a running mean the next step replaces, where it fades at least so slowly. */
  private float share(double fading) {
    return (float) OptimizerOptions.share(Math.max(fading, optimizer.averaging()), steps + 1);
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
      assign(inferenceWeights, weights());
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
    return new TrainingState(
        network,
        steps,
        read(weights),
        read(adam.firstMoments()),
        read(adam.secondMoments()),
        batchNormalization == null ? NONE : read(batchNormalization.statistics()),
        averaging == null ? NONE : read(averaging.means()));
  }

  /**
   * Goes back, or forward, to a state of the same network.
   *
   * @throws IllegalArgumentException if it is a state of another network or its tensors do not fit
   */
  void restore(TrainingState state) {
    if (!state.network().equals(network)) {
      throw new IllegalArgumentException(
          "a state of %s cannot be restored to %s".formatted(state.network(), network));
    }
    if (state.normalization() != normalization
        || state.meanWeights().tensors().isEmpty() != (averaging == null)) {
      throw new IllegalArgumentException("a state with other normalisation or averaging");
    }
    state.check();
    assign(weights, state.weights());
    assign(adam.firstMoments(), state.firstMoments());
    assign(adam.secondMoments(), state.secondMoments());
    if (batchNormalization != null) {
      assign(batchNormalization.statistics(), state.statistics());
    }
    if (averaging != null) {
      assign(averaging.means(), state.meanWeights());
    }
    steps = state.steps();
    inferenceIsCurrent = false;
  }

  private void assign(Variables variables, Weights values) {
    try {
      variables.assign(session, values);
    } catch (RuntimeException | OutOfMemoryError e) {
      throw TensorFlowRuntime.failure("TensorFlow cannot take the weights", e);
    }
  }

  @Override
  public void close() {
    session.close();
    graph.close();
    definition.close();
  }

  private Weights read(Variables variables) {
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

  private static TFloat32 tensor(FloatBuffer values, Shape shape) {
    return TFloat32.tensorOf(
        shape, DataBuffers.of(values.slice(values.position(), Math.toIntExact(shape.size()))));
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
