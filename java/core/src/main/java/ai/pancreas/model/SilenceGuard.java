package ai.pancreas.model;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** Closes a stream of which nothing was heard for too long, so that whoever reads it goes on. */
final class SilenceGuard implements AutoCloseable {
  private final InputStream stream;
  private final long limitNanos;
  private final Thread thread;
  private long heardNanos = System.nanoTime();
  private boolean closed;
  private boolean silent;

  SilenceGuard(InputStream stream, Duration limit) {
    this.stream = stream;
    this.limitNanos = limit.toNanos();
    this.thread = new Thread(this::watch, "fetch-silence-guard");
    thread.setDaemon(true);
    thread.start();
  }

  /** Tells that something was heard. */
  synchronized void heard() {
    heardNanos = System.nanoTime();
  }

  /** Whether the stream was closed because nothing was heard. */
  synchronized boolean isSilent() {
    return silent;
  }

  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }

  private void watch() {
    if (waitForSilence()) {
      try {
        stream.close();
      } catch (IOException e) {
        System.getLogger(SilenceGuard.class.getName())
            .log(System.Logger.Level.DEBUG, "closing a silent connection failed", e);
      }
    }
  }

  private synchronized boolean waitForSilence() {
    try {
      while (!closed) {
        long left = limitNanos - (System.nanoTime() - heardNanos);
        if (left <= 0) {
          silent = true;
          return true;
        }
        wait(left / 1_000_000 + 1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }
}
