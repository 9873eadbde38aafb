package ai.pancreas.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Turns a signal that ends the process (Ctrl-C, kill) into a request to stop, and gives the work a
 * moment to clean up. The JVM then ends with 128 plus the signal's number.
 */
final class Cancellation {
  /** The cancellation of this process. */
  static final Cancellation PROCESS = new Cancellation();

  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile boolean requested;
  private volatile Duration patience = Duration.ofMillis(1500);

  /** Starts to listen for signals. */
  void listen() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "pancreas-ai-stop"));
  }

  /** Gives the work this long to end after a signal. */
  void waitFor(Duration newPatience) {
    patience = newPatience;
  }

  /** Whether the work should stop. */
  boolean isRequested() {
    return requested;
  }

  /**
   * Tells that the work has ended, one way or another. Does not return where a signal is ending the
   * JVM: an exit of the caller's could overtake the signal's, which has another exit code.
   */
  void finished() {
    finished.countDown();
    while (requested) {
      LockSupport.park();
    }
  }

  private void stop() {
    if (finished.getCount() == 0) {
      return;
    }
    requested = true;
    Stderr.PROCESS.line("pancreas-ai: cancelled");
    try {
      finished.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
