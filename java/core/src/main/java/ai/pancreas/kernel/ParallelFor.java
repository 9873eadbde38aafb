package ai.pancreas.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/** Runs a body for each number of a range on several threads, the caller's among them. */
final class ParallelFor {
  private ParallelFor() {}

  /**
   * Calls a body once for each item in [0, items) and returns when all are done. Each thread gets a
   * body of its own from {@code bodies}, so a body may hold working memory.
   *
   * @throws RuntimeException the first exception or error of a body; the other threads then stop
   *     early
   */
  static void run(int items, int threads, Supplier<IntConsumer> bodies) {
    AtomicInteger next = new AtomicInteger();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Runnable work =
        () -> {
          try {
            IntConsumer body = bodies.get();
            for (int item = next.getAndIncrement();
                item < items && failure.get() == null;
                item = next.getAndIncrement()) {
              body.accept(item);
            }
          } catch (RuntimeException | Error e) {
            failure.compareAndSet(null, e);
          }
        };
    List<Thread> helpers = new ArrayList<>();
    try {
      for (int i = 1; i < Math.min(threads, items); i++) {
        Thread helper = new Thread(work, "pancreas-kernel-" + i);
        helper.setDaemon(true);
        helper.start();
        helpers.add(helper);
      }
      work.run();
    } finally {
      joinAll(helpers);
    }
    if (failure.get() instanceof Error error) {
      throw error;
    }
    if (failure.get() instanceof RuntimeException exception) {
      throw exception;
    }
  }

  /** Waits also when interrupted: the helpers write into the caller's buffers. */
  private static void joinAll(List<Thread> helpers) {
    boolean interrupted = false;
    for (Thread helper : helpers) {
      while (helper.isAlive()) {
        try {
          helper.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
