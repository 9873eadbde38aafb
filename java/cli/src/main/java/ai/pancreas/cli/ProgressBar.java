package ai.pancreas.cli;

import java.util.Locale;

/** A bar on a terminal for each stage that takes long enough to wonder about. */
final class ProgressBar implements ProgressView {
  private static final double SHOWN_AFTER_SECONDS = 0.5;
  private static final int CELLS = 30;

  private final Stderr stderr;

  ProgressBar(Stderr stderr) {
    this.stderr = stderr;
  }

  @Override
  public void update(StageProgress progress) {
    if (progress.seconds() >= SHOWN_AFTER_SECONDS) {
      stderr.status(text(progress));
    }
  }

  @Override
  public void end(StageProgress progress) {
    stderr.status("");
    if (progress.seconds() >= SHOWN_AFTER_SECONDS) {
      stderr.line(text(progress));
    }
  }

  /** Less than 80 columns, so that it fits any terminal. */
  static String text(StageProgress progress) {
    String label = String.format(Locale.ROOT, "%-14s", progress.stage().label());
    String seconds = String.format(Locale.ROOT, "%.1f s", progress.seconds());
    if (progress.total() <= 0) {
      return String.format(Locale.ROOT, "%s %d  %s", label, progress.done(), seconds);
    }
    double share = Math.min(1, (double) progress.done() / progress.total());
    int full = (int) (share * CELLS);
    String bar = "#".repeat(full) + "-".repeat(CELLS - full);
    return String.format(
        Locale.ROOT, "%s [%s] %3.0f %%  %s", label, bar, Math.floor(share * 100), seconds);
  }
}
