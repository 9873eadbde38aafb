package ai.pancreas.tensorflow;

import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.engine.Engine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.model.Model;
import ai.pancreas.model.NetworkDescription;
import java.nio.FloatBuffer;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A network as a TensorFlow graph of constants, in a session of its own, which all calls share.
 *
 * <p>A call streams its slices in groups, so that memory does not grow with their number.
 */
final class TensorFlowEngine implements Engine {

  private final Graph graph;
  private final Session session;
  private final SliceInference inference;

  /** Runs hold the read lock: the native session must not vanish under them. */
  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  private boolean closed;

  private TensorFlowEngine(Graph graph, Session session, SliceInference inference) {
    this.graph = graph;
    this.session = session;
    this.inference = inference;
  }

  /**
   * Builds a network.
   *
   * @throws PancreasException {@code DEVICE} if TensorFlow fails
   */
  static TensorFlowEngine open(Model model, EngineOptions options) {
    NetworkDescription description = model.description().network();
    Graph graph = new Graph();
    try {
      Ops tf = Ops.create(graph);
      Segmentation2021Graph<TFloat32> network =
          new Segmentation2021Graph<>(
              tf, TFloat32.class, description.filters(), Parameters.constants(tf, model.weights()));
      Session session = new Session(graph, TensorFlowRuntime.config(options.threads()));
      return new TensorFlowEngine(
          graph, session, new SliceInference(session, network, description.sizeMultiple()));
    } catch (RuntimeException | OutOfMemoryError e) {
      graph.close();
      throw TensorFlowRuntime.failure("TensorFlow cannot build the network", e);
    }
  }

  @Override
  public String name() {
    return TensorFlowEngineProvider.NAME;
  }

  @Override
  public int preferredSlices() {
    return SliceInference.GROUP;
  }

  @Override
  public void run(
      FloatBuffer input,
      int slices,
      int rows,
      int columns,
      FloatBuffer probability,
      Monitor monitor) {
    lock.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("this engine is closed");
      }
      inference.run(input, slices, rows, columns, probability, monitor);
    } finally {
      lock.readLock().unlock();
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
}
