package ai.pancreas.dataset;

import ai.pancreas.dataset.PreparationReport.Dropped;
import java.util.List;

/**
 * What became of the patients that were found; the cache keeps it as {@code report.json}.
 *
 * @param program the version that made the cache
 * @param size slices, rows and columns of the network's input
 * @param masks where the masks came from
 * @param kept in the order of the cache
 * @param dropped in the order in which they were found
 */
public record RegionReport(
    String program, int size, String masks, List<Kept> kept, List<Dropped> dropped) {

  /**
   * A patient of the cache.
   *
   * @param label 1 with cancer, 0 without
   * @param notes what one should know about the CT and its mask, one line each
   */
  public record Kept(
      String patient, int label, double maskVolumeMl, double meanHu, List<String> notes) {
    public Kept {
      notes = List.copyOf(notes);
    }
  }

  public RegionReport {
    kept = List.copyOf(kept);
    dropped = List.copyOf(dropped);
  }

  /** How many patients have a label. */
  public long count(int label) {
    return kept.stream().filter(each -> each.label() == label).count();
  }
}
