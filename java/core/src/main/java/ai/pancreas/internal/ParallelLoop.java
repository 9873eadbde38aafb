package ai.pancreas.internal;

import ai.pancreas.Monitor;
import ai.pancreas.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A loop whose steps run on several threads that take the next step from a counter. */
public final class ParallelLoop {

  /** What one thread does for each step that it takes. */
  @FunctionalInterface
  public interface Step {
    /** Does one step; an exception ends the whole loop. */
    void run(int index) throws Exception;
  }

  private ParallelLoop() {}

  /**
   * Runs the steps 0 to {@code count - 1} and returns when no thread works on them any more.
   *
   * @param perThread called once by each thread, so that a thread can keep buffers of its own
   * @throws CancellationException if the monitor cancels or this thread is interrupted
   * @throws RuntimeException whatever the first step that failed threw
   */
  public static void run(
      Stage stage, int count, int threads, Monitor monitor, Supplier<Step> perThread) {
    AtomicInteger next = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    ExecutorService pool =
        Executors.newFixedThreadPool(Math.max(1, Math.min(threads, count)), ParallelLoop::daemon);
    List<Future<?>> futures = new ArrayList<>();
    for (int i = 0; i < Math.min(threads, count); i++) {
      futures.add(
          pool.submit(
              () -> {
                try {
                  Step step = perThread.get();
                  int index;
                  while ((index = next.getAndIncrement()) < count) {
                    monitor.throwIfCancelled();
                    step.run(index);
                    monitor.progress(stage, done.incrementAndGet(), count);
                  }
                } finally {
                  next.set(count);
                }
                return null;
              }));
    }
    pool.shutdown();
    Throwable failure = null;
    for (Future<?> future : futures) {
      try {
        future.get();
      } catch (ExecutionException e) {
        failure = failure == null ? e.getCause() : failure;
      } catch (InterruptedException e) {
        next.set(count);
        failure = failure == null ? new CancellationException("interrupted") : failure;
        Thread.currentThread().interrupt();
      }
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
    if (failure != null) {
      throw new IllegalStateException(failure);
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "pancreas-worker");
    thread.setDaemon(true);
    return thread;
  }
}
