package ai.pancreas.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * How far probabilities can be taken at their word.
 *
 * @param voxels how many were counted
 * @param negativeLogLikelihood natural logarithm, mean per voxel, of probabilities clipped to what
 *     float32 can tell from 0 and 1; NaN where there are no voxels, likewise the others
 * @param brierScore the mean squared difference of probability and truth
 * @param expectedCalibrationError the mean over voxels of the difference between mean probability
 *     and share of pancreas in their bin (Guo et al., On Calibration of Modern Neural Networks,
 *     ICML 2017, equation 3)
 * @param reliability ten bins of equal width
 */
public record Calibration(
    long voxels,
    double negativeLogLikelihood,
    double brierScore,
    double expectedCalibrationError,
    List<Bin> reliability) {
  private static final int BINS = 10;

  /**
   * Probabilities above {@code from} and up to {@code to}; the first bin holds 0 too.
   *
   * @param voxels how many there are
   * @param meanProbability NaN where there are none
   * @param pancreasShare how many of them are pancreas, 0 to 1; NaN where there are none
   */
  public record Bin(
      double from, double to, long voxels, double meanProbability, double pancreasShare) {}

  public Calibration {
    reliability = List.copyOf(reliability);
  }

  /**
   * Sums up.
   *
   * @param counts of background and of pancreas, by {@link Thresholds#interval}
   * @param sums of probabilities in these intervals
   */
  static Calibration of(
      long[][] counts, double[] sums, double negativeLogLikelihood, double squares) {
    List<Bin> bins = new ArrayList<>();
    int width = Thresholds.INTERVALS / BINS;
    long all = 0;
    double differences = 0;
    for (int bin = 0; bin < BINS; bin++) {
      long voxels = 0;
      long pancreas = 0;
      double sum = 0;
      for (int interval = bin * width; interval < (bin + 1) * width; interval++) {
        voxels += counts[0][interval] + counts[1][interval];
        pancreas += counts[1][interval];
        sum += sums[interval];
      }
      bins.add(
          new Bin(
              bin / (double) BINS,
              (bin + 1) / (double) BINS,
              voxels,
              sum / voxels,
              (double) pancreas / voxels));
      all += voxels;
      differences += Math.abs(sum - pancreas);
    }
    return new Calibration(
        all, negativeLogLikelihood / all, squares / all, differences / all, bins);
  }
}
