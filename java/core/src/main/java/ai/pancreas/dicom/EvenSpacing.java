package ai.pancreas.dicom;

import ai.pancreas.volume.HuSlice;
import java.util.ArrayList;
import java.util.List;

/** Interpolates slices between slices, linearly along z. */
final class EvenSpacing {
  /** Nearer to a slice than this, as a part of the distance, that slice is taken. */
  private static final double SAME = 1e-3;

  private EvenSpacing() {}

  /**
   * Slices at even distances from the first.
   *
   * @param slices at their distances {@code offsetsMm} from the first, ascending; emptied of what
   *     is no longer needed on the way
   * @param count how many to make, none beyond the last slice by more than rounding
   * @return whole HU, rounded
   */
  static List<HuSlice> resample(
      List<HuSlice> slices, double[] offsetsMm, double stepMm, int count) {
    List<HuSlice> even = new ArrayList<>(count);
    int below = 0;
    for (int k = 0; k < count; k++) {
      double offset = k * stepMm;
      while (below + 2 < offsetsMm.length && offsetsMm[below + 1] <= offset) {
        slices.set(below, null);
        below++;
      }
      double gap = offsetsMm[below + 1] - offsetsMm[below];
      double weight = Math.max(0, Math.min(1, (offset - offsetsMm[below]) / gap));
      HuSlice lower = slices.get(below);
      HuSlice upper = slices.get(below + 1);
      even.add(
          weight < SAME ? lower : weight > 1 - SAME ? upper : interpolate(lower, upper, weight));
    }
    return even;
  }

  private static HuSlice interpolate(HuSlice lower, HuSlice upper, double weight) {
    short[] values = new short[lower.size()];
    for (int i = 0; i < values.length; i++) {
      long hu = Math.round((1 - weight) * lower.at(i) + weight * upper.at(i));
      values[i] = (short) Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, hu));
    }
    return HuSlice.ofShorts(values, 1, 0);
  }
}
