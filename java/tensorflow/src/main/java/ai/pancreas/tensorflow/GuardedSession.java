package ai.pancreas.tensorflow;

import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;

/** A graph and its session, which many threads run at once and one may close. Thread-safe. */
final class GuardedSession implements AutoCloseable {
  private final Graph graph;
  private final Session session;

  /** Runs hold the read lock: the native session must not vanish under them. */
  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  private boolean closed;

  private GuardedSession(Graph graph, int threads) {
    this.graph = graph;
    this.session = new Session(graph, TensorFlowRuntime.config(threads));
  }

  /**
   * Builds a network and what runs it.
   *
   * @param network adds the network to a new graph
   * @param engine gets a session of that graph
   * @throws ai.pancreas.PancreasException {@code DEVICE} if TensorFlow fails
   */
  static <N, E> E open(
      Function<Ops, N> network, int threads, BiFunction<GuardedSession, N, E> engine) {
    TensorFlowRuntime.load();
    Graph graph = new Graph();
    try {
      N built = network.apply(Ops.create(graph));
      return engine.apply(new GuardedSession(graph, threads), built);
    } catch (RuntimeException | OutOfMemoryError e) {
      graph.close();
      throw TensorFlowRuntime.failure("TensorFlow cannot build the network", e);
    }
  }

  /**
   * Runs while nobody can close the session.
   *
   * @throws IllegalStateException if it is closed already
   */
  void run(Consumer<Session> work) {
    lock.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("this engine is closed");
      }
      work.accept(session);
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
