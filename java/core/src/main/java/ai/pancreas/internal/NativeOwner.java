package ai.pancreas.internal;

import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Owns memory outside of Java. It is freed once, by the first {@link #close}, which waits for what
 * is using it; later uses are refused. Thread-safe.
 */
public abstract class NativeOwner implements AutoCloseable {
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean closed;

  /** Frees the memory; called once. */
  protected abstract void free();

  /**
   * Does something with the memory, which stays valid meanwhile. Uses may overlap.
   *
   * @throws IllegalStateException if this is closed
   */
  protected final <T> T use(Supplier<T> action) {
    lock.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("this " + getClass().getSimpleName() + " is closed");
      }
      return action.get();
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public final void close() {
    lock.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        free();
      }
    } finally {
      lock.writeLock().unlock();
    }
  }
}
