package ai.pancreas.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns a signal that ends the process (Ctrl-C, kill) into a request to stop, and gives the work a
 * moment to clean up. The JVM then ends with 128 plus the signal's number.
 */
final class Cancellation {
  /** The cancellation of this process. */
  static final Cancellation PROCESS = new Cancellation();

  private static final long PATIENCE_MS = 1500;

  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile boolean requested;

  /** Starts to listen for signals. */
  void listen() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "pancreas-ai-stop"));
  }

  /** Whether the work should stop. */
  boolean isRequested() {
    return requested;
  }

  /** Tells that the work has ended, one way or another. */
  void finished() {
    finished.countDown();
  }

  private void stop() {
    if (finished.getCount() == 0) {
      return;
    }
    requested = true;
    Stderr.PROCESS.line("pancreas-ai: cancelled");
    try {
      finished.await(PATIENCE_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
