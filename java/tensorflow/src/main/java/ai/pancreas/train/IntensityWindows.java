package ai.pancreas.train;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.dataset.CachedCase;
import ai.pancreas.dataset.TrainingCache;
import ai.pancreas.internal.ParallelFor;
import ai.pancreas.kernel.IntensityWindow;
import ai.pancreas.model.Preprocessing.Intensity;
import ai.pancreas.model.Preprocessing.Range;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How each case's HU become the network's input, as at inference. Immutable and thread-safe. */
final class IntensityWindows {
  private final Map<String, IntensityWindow> byCase;

  private IntensityWindows(Map<String, IntensityWindow> byCase) {
    this.byCase = Map.copyOf(byCase);
  }

  /**
   * The windows of cases. Where intensities are scaled by each volume's own range, this looks at
   * every slice once.
   *
   * @throws PancreasException {@code BAD_DATA} if a case is of one value only
   */
  static IntensityWindows of(
      TrainingCache cache, List<CachedCase> cases, Intensity intensity, int threads) {
    Map<String, IntensityWindow> byCase = new HashMap<>();
    ParallelFor.run(
        cases.size(),
        threads,
        () ->
            item -> {
              CachedCase each = cases.get(item);
              IntensityWindow window =
                  intensity.range() == Range.WINDOW
                      ? IntensityWindow.of(intensity.clipMinHu(), intensity.clipMaxHu())
                      : volumeWindow(cache, each, intensity);
              synchronized (byCase) {
                byCase.put(each.id(), window);
              }
            });
    return new IntensityWindows(byCase);
  }

  private static IntensityWindow volumeWindow(
      TrainingCache cache, CachedCase each, Intensity intensity) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int slice = 0; slice < each.slices(); slice++) {
      for (short hu : cache.slice(each, slice).hu()) {
        low = Math.min(low, hu);
        high = Math.max(high, hu);
      }
    }
    low = Math.max(low, intensity.clipMinHu());
    high = Math.min(high, intensity.clipMaxHu());
    if (!(low < high)) {
      throw new PancreasException(
          ErrorCode.BAD_DATA,
          each.id() + ": all voxels have the same value within the window; leave this case out");
    }
    return new IntensityWindow(intensity.clipMinHu(), intensity.clipMaxHu(), low, high);
  }

  /** The window of a case. */
  IntensityWindow of(CachedCase each) {
    return byCase.get(each.id());
  }
}
