package ai.pancreas;

import java.util.concurrent.CancellationException;

/**
 * Watches a long piece of work: hears of its progress and may ask it to stop.
 *
 * <p>Both methods are called from the working threads, several at a time, and must be quick and
 * thread-safe.
 */
public interface Monitor {

  /** Watches nothing and never cancels. */
  Monitor NONE = (stage, done, total) -> {};

  /**
   * Tells that {@code done} of {@code total} units of a stage are finished.
   *
   * @param total the number of units, or 0 where it is not known
   */
  void progress(Stage stage, long done, long total);

  /** Whether the work should stop as soon as it can. */
  default boolean isCancelled() {
    return false;
  }

  /**
   * This monitor for work that is only a part of a step: it passes cancellation on, no progress.
   */
  default Monitor withoutProgress() {
    return new CancellationOnly(this);
  }

  /**
   * Called by the work at every convenient point.
   *
   * @throws CancellationException if {@link #isCancelled()}
   */
  default void throwIfCancelled() {
    if (isCancelled()) {
      throw new CancellationException("cancelled");
    }
  }
}
