package ai.pancreas.cli;

import ai.pancreas.Monitor;
import ai.pancreas.Stage;

/**
 * Follows the work of one command and shows it, a few times a second, from a thread of its own.
 *
 * <p>Thread-safe. Closing it ends what is shown.
 */
final class Progress implements Monitor, AutoCloseable {
  private static final long INTERVAL_MS = 100;

  private final ProgressView view;
  private final Cancellation cancellation;
  private final Thread painter;

  private Stage stage;
  private long done;
  private long total;
  private long startNanos;
  private boolean closed;

  Progress(ProgressView view, Cancellation cancellation) {
    this.view = view;
    this.cancellation = cancellation;
    this.painter = new Thread(this::paint, "pancreas-ai-progress");
    painter.setDaemon(true);
    painter.start();
  }

  @Override
  public synchronized void progress(Stage newStage, long newDone, long newTotal) {
    if (closed) {
      return;
    }
    if (newStage != stage) {
      nextTask();
      stage = newStage;
      startNanos = System.nanoTime();
    }
    // Worker threads report out of order: what was done stays done.
    done = Math.max(done, newDone);
    total = newTotal;
  }

  @Override
  public boolean isCancelled() {
    return cancellation.isRequested();
  }

  /** A monitor for parts of a stage that is counted as a whole: it only passes on cancellation. */
  Monitor withinStage() {
    return new Monitor() {
      @Override
      public void progress(Stage part, long partDone, long partTotal) {}

      @Override
      public boolean isCancelled() {
        return Progress.this.isCancelled();
      }
    };
  }

  /** Tells that another piece of work begins: the same stage then counts from the start again. */
  synchronized void nextTask() {
    if (stage != null) {
      view.end(current());
    }
    stage = null;
    done = 0;
    total = 0;
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      nextTask();
      closed = true;
      notifyAll();
    }
  }

  private StageProgress current() {
    return new StageProgress(stage, done, total, (System.nanoTime() - startNanos) / 1e9);
  }

  private synchronized void paint() {
    try {
      while (!closed) {
        if (stage != null) {
          view.update(current());
        }
        wait(INTERVAL_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
