package ai.pancreas.dicom;

import ai.pancreas.Monitor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** Runs many small tasks on all processors. */
final class Parallel {
  private Parallel() {}

  /**
   * Runs {@code task} for each index from 0 to {@code count - 1}, in no particular order. The first
   * failure stops the rest and is thrown. When this returns or throws, no task runs any more.
   *
   * @throws CancellationException if the monitor or an interrupt asks for it
   */
  static void forEach(int count, Monitor monitor, IntConsumer task) {
    int threads = Math.min(Runtime.getRuntime().availableProcessors(), count);
    if (threads == 0) {
      return;
    }
    AtomicInteger next = new AtomicInteger();
    AtomicBoolean stop = new AtomicBoolean();
    Runnable worker =
        () -> {
          try {
            int index = next.getAndIncrement();
            while (index < count && !stop.get()) {
              monitor.throwIfCancelled();
              task.accept(index);
              index = next.getAndIncrement();
            }
          } catch (RuntimeException | Error e) {
            stop.set(true);
            throw e;
          }
        };
    ExecutorService pool =
        Executors.newFixedThreadPool(
            threads,
            runnable -> {
              Thread thread = new Thread(runnable, "pancreas-dicom");
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<?>> workers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        workers.add(pool.submit(worker));
      }
      await(workers, stop);
    } finally {
      pool.shutdown();
    }
  }

  private static void await(List<Future<?>> workers, AtomicBoolean stop) {
    Throwable failure = null;
    boolean interrupted = false;
    for (Future<?> worker : workers) {
      boolean finished = false;
      while (!finished) {
        try {
          worker.get();
          finished = true;
        } catch (ExecutionException e) {
          failure = failure == null ? e.getCause() : failure;
          finished = true;
        } catch (InterruptedException e) {
          interrupted = true;
          stop.set(true);
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
  }
}
