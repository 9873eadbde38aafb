package ai.pancreas.train;

import ai.pancreas.Monitor;
import ai.pancreas.Stage;

/**
 * Watches one of several equal parts of a piece of work.
 *
 * @param whole who hears of all parts together
 * @param part its number, from 0 on
 * @param parts how many there are
 */
record PartMonitor(Monitor whole, int part, int parts) implements Monitor {

  @Override
  public void progress(Stage stage, long done, long total) {
    whole.progress(stage, part * total + done, parts * total);
  }

  @Override
  public boolean isCancelled() {
    return whole.isCancelled();
  }
}
