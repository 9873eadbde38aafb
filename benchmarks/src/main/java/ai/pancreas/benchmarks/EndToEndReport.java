package ai.pancreas.benchmarks;

import ai.pancreas.report.Machine;
import java.util.List;
import java.util.Locale;

/**
 * What {@link EndToEnd} measured.
 *
 * @param machine the machine, and its load before the first run
 * @param date the day, ISO 8601
 * @param rows one for each command, engine and number of slices
 */
record EndToEndReport(Machine machine, String date, List<Row> rows) {

  /**
   * One command with one engine on a phantom of one length.
   *
   * @param command such as {@code segment}
   * @param peakBeyondCtAndMaskMb the peak less two bytes a voxel for the CT and one for the mask
   */
  record Row(
      String command,
      String engine,
      int slices,
      int runs,
      double medianSeconds,
      double minSeconds,
      double medianPeakMb,
      double peakBeyondCtAndMaskMb) {}

  /** A table in Markdown. */
  String table() {
    StringBuilder table = new StringBuilder();
    table
        .append("| command | engine | CT | seconds | fastest | peak MB | beyond CT and mask |\n")
        .append("| --- | --- | --- | --- | --- | --- | --- |\n");
    for (Row row : rows) {
      table.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %d x %d x %d | %.1f | %.1f | %.0f | %.0f |\n",
              row.command,
              row.engine,
              EndToEnd.ROWS,
              EndToEnd.ROWS,
              row.slices,
              row.medianSeconds,
              row.minSeconds,
              row.medianPeakMb,
              row.peakBeyondCtAndMaskMb));
    }
    return table.toString();
  }
}
