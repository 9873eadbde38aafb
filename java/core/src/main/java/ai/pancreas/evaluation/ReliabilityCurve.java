package ai.pancreas.evaluation;

import ai.pancreas.PancreasException;
import ai.pancreas.report.Preview;
import ai.pancreas.report.ReliabilityDiagram;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * Whether probabilities can be taken at their word: of those who were given about this probability,
 * how many have label 1? Immutable.
 *
 * @param bins of equal width, from probability 0 to 1
 */
public record ReliabilityCurve(List<Bin> bins) {
  /** How many bins there are where nobody names a number. */
  public static final int USUAL_BINS = 10;

  private static final int MOST_BINS = 100;

  /**
   * Probabilities above {@code from} and up to {@code to}; the first bin holds 0 too.
   *
   * @param patients how many there are
   * @param positives how many of them have label 1
   * @param meanProbability NaN where there are none
   */
  public record Bin(double from, double to, long patients, long positives, double meanProbability) {

    /** The share of label 1; NaN where there are no patients. */
    public double observedShare() {
      return (double) positives / patients;
    }

    /** Where the true share lies. */
    public Interval interval() {
      return Interval.wilson(positives, patients);
    }
  }

  public ReliabilityCurve {
    bins = List.copyOf(bins);
  }

  /**
   * Sorts predictions into bins.
   *
   * @param count of bins, 2 to 100
   * @throws IllegalArgumentException if there are more or fewer
   */
  public static ReliabilityCurve of(Collection<Prediction> predictions, int count) {
    if (count < 2 || count > MOST_BINS) {
      throw new IllegalArgumentException("2 to %d bins, not %d".formatted(MOST_BINS, count));
    }
    long[] patients = new long[count];
    long[] positives = new long[count];
    double[] sums = new double[count];
    for (Prediction prediction : predictions) {
      int bin = Math.max(0, (int) Math.ceil(prediction.probability() * count) - 1);
      patients[bin]++;
      positives[bin] += prediction.label();
      sums[bin] += prediction.probability();
    }
    List<Bin> bins = new ArrayList<>();
    for (int bin = 0; bin < count; bin++) {
      bins.add(
          new Bin(
              bin / (double) count,
              (bin + 1) / (double) count,
              patients[bin],
              positives[bin],
              sums[bin] / patients[bin]));
    }
    return new ReliabilityCurve(bins);
  }

  /**
   * The mean over patients of the difference between mean probability and observed share in their
   * bin (Guo et al., On Calibration of Modern Neural Networks, ICML 2017, equation 3); NaN without
   * patients. With few patients it is well above 0 even for perfect probabilities.
   */
  public double expectedCalibrationError() {
    double differences = 0;
    long patients = 0;
    for (Bin bin : bins) {
      if (bin.patients() > 0) {
        differences += Math.abs(bin.meanProbability() * bin.patients() - bin.positives());
        patients += bin.patients();
      }
    }
    return differences / patients;
  }

  /**
   * Writes a table, whole or not at all: a line a bin; what is not defined is empty.
   *
   * @throws PancreasException {@code OUTPUT} if it cannot be written
   */
  public void writeCsv(Path file) {
    CsvTable table =
        new CsvTable(
            List.of(
                "from",
                "to",
                "patients",
                "positives",
                "mean_probability",
                "observed_share",
                "observed_share_low",
                "observed_share_high"));
    for (Bin bin : bins) {
      table.add(
          bin.from(),
          bin.to(),
          bin.patients(),
          bin.positives(),
          bin.meanProbability(),
          bin.observedShare(),
          bin.interval().low(),
          bin.interval().high());
    }
    table.write(file);
  }

  /**
   * Draws the curve with its intervals as PNG, whole or not at all. Needs neither a screen nor
   * fonts.
   *
   * @param title drawn in capitals; other signs than letters, digits and . , - _ + : / ( ) are left
   *     blank
   * @throws PancreasException {@code OUTPUT} if it cannot be written
   */
  public void writePng(String title, Path file) {
    List<ReliabilityDiagram.Bar> bars =
        bins.stream()
            .map(
                bin ->
                    new ReliabilityDiagram.Bar(
                        bin.from(),
                        bin.to(),
                        bin.patients(),
                        bin.meanProbability(),
                        bin.observedShare(),
                        bin.interval().low(),
                        bin.interval().high()))
            .toList();
    long patients = bins.stream().mapToLong(Bin::patients).sum();
    long positives = bins.stream().mapToLong(Bin::positives).sum();
    String numbers =
        String.format(Locale.ROOT, "%d patients, %d with label 1", patients, positives);
    Preview.writePng(ReliabilityDiagram.render(bars, title, numbers), file);
  }
}
