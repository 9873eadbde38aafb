package ai.pancreas.evaluation;

/**
 * How many voxels of pancreas and of background have which logit: bins of 0.01, whose middle stands
 * for all of a bin. Not thread-safe.
 */
final class LogitHistogram {
  private static final double MIN = -88;
  private static final double MAX = 17;
  private static final double WIDTH = 0.01;

  private final long[][] counts = new long[2][(int) Math.round((MAX - MIN) / WIDTH)];

  /**
   * Adds a voxel.
   *
   * @param truth 1 for pancreas, 0 for background
   */
  void add(double logit, int truth) {
    int bin = (int) ((logit - MIN) / WIDTH);
    counts[truth][Math.max(0, Math.min(counts[truth].length - 1, bin))]++;
  }

  void add(LogitHistogram other) {
    for (int truth = 0; truth < counts.length; truth++) {
      for (int bin = 0; bin < counts[truth].length; bin++) {
        counts[truth][bin] += other.counts[truth][bin];
      }
    }
  }

  /** Hears of the bins that hold something. */
  interface Visitor {
    void bin(double logit, long background, long pancreas);
  }

  void forEach(Visitor visitor) {
    for (int bin = 0; bin < counts[0].length; bin++) {
      if (counts[0][bin] + counts[1][bin] > 0) {
        visitor.bin(MIN + (bin + 0.5) * WIDTH, counts[0][bin], counts[1][bin]);
      }
    }
  }
}
