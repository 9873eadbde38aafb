package ai.pancreas.tensorflow;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import ai.pancreas.engine.Engine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.model.Model;
import ai.pancreas.model.NetworkDescription;
import java.nio.FloatBuffer;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

/**
 * A network as a TensorFlow graph of constants, in a session of its own, which all calls share.
 *
 * <p>A call streams its slices in groups, so that memory does not grow with their number.
 */
final class TensorFlowEngine implements Engine {

  /** Slices that go through the network together. */
  private static final int GROUP = 16;

  private final int sizeMultiple;
  private final Graph graph;
  private final Session session;
  private final Segmentation2021Graph network;

  /** Runs hold the read lock: the native session must not vanish under them. */
  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  private boolean closed;

  private TensorFlowEngine(
      int sizeMultiple, Graph graph, Session session, Segmentation2021Graph network) {
    this.sizeMultiple = sizeMultiple;
    this.graph = graph;
    this.session = session;
    this.network = network;
  }

  /**
   * Builds a network.
   *
   * @throws PancreasException {@code DEVICE} if TensorFlow fails
   */
  static TensorFlowEngine open(Model model, EngineOptions options) {
    NetworkDescription description = model.description().network();
    ConfigProto config =
        ConfigProto.newBuilder()
            .setIntraOpParallelismThreads(options.threads())
            .setInterOpParallelismThreads(1)
            .build();
    Graph graph = new Graph();
    try {
      Segmentation2021Graph network =
          new Segmentation2021Graph(graph, description.filters(), model.weights());
      Session session = new Session(graph, config);
      return new TensorFlowEngine(description.sizeMultiple(), graph, session, network);
    } catch (RuntimeException | OutOfMemoryError e) {
      graph.close();
      throw new PancreasException(
          ErrorCode.DEVICE, "TensorFlow cannot build the network: " + reason(e), e);
    }
  }

  @Override
  public String name() {
    return TensorFlowEngineProvider.NAME;
  }

  @Override
  public int preferredSlices() {
    return GROUP;
  }

  @Override
  public void run(
      FloatBuffer input,
      int slices,
      int rows,
      int columns,
      FloatBuffer probability,
      Monitor monitor) {
    check(input, slices, rows, columns, probability);
    lock.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("this engine is closed");
      }
      int sliceSize = rows * columns;
      for (int first = 0; first < slices; first += GROUP) {
        monitor.throwIfCancelled();
        int count = Math.min(GROUP, slices - first);
        runGroup(
            input.slice(input.position() + first * sliceSize, count * sliceSize),
            Shape.of(count, rows, columns, 1),
            probability.slice(probability.position() + first * sliceSize, count * sliceSize));
        monitor.progress(Stage.NETWORK, first + count, slices);
      }
    } finally {
      lock.readLock().unlock();
    }
  }

  private void runGroup(FloatBuffer input, Shape shape, FloatBuffer probability) {
    try (TFloat32 tensor = TFloat32.tensorOf(shape, DataBuffers.of(input));
        Result result =
            session.runner().feed(network.input(), tensor).fetch(network.probability()).run()) {
      ((TFloat32) result.get(0)).copyTo(DataBuffers.of(probability));
    } catch (RuntimeException | OutOfMemoryError e) {
      throw new PancreasException(
          ErrorCode.DEVICE,
          "TensorFlow failed on slices of %d x %d: %s"
              .formatted(shape.get(1), shape.get(2), reason(e)),
          e);
    }
  }

  private void check(
      FloatBuffer input, int slices, int rows, int columns, FloatBuffer probability) {
    if (slices < 1 || rows < 1 || columns < 1) {
      throw new IllegalArgumentException(
          "sizes must be positive: %d slices of %d x %d".formatted(slices, rows, columns));
    }
    if (rows % sizeMultiple != 0 || columns % sizeMultiple != 0) {
      throw new IllegalArgumentException(
          "rows and columns must be multiples of %d: %d x %d"
              .formatted(sizeMultiple, rows, columns));
    }
    long needed = Math.multiplyExact((long) slices * rows, columns);
    if (input.remaining() < needed || probability.remaining() < needed) {
      throw new IllegalArgumentException(
          "%d values are needed; the input holds %d, the output %d"
              .formatted(needed, input.remaining(), probability.remaining()));
    }
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        session.close();
        graph.close();
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  private static String reason(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
