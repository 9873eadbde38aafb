package ai.pancreas.dataset;

import java.util.List;

/**
 * What became of the cases that were found; the cache keeps it as {@code report.json}.
 *
 * @param program the version that made the cache
 * @param rows of every slice
 * @param columns of every slice
 * @param kept in the order of the cache
 * @param dropped in the order in which they were found
 */
public record PreparationReport(
    String program, int rows, int columns, List<Kept> kept, List<Dropped> dropped) {

  /**
   * A case of the cache.
   *
   * @param slices the number of its slices
   * @param slicesWithPancreas of them
   * @param notes what one should know about it, one line each
   */
  public record Kept(
      String id, String patient, int slices, int slicesWithPancreas, List<String> notes) {}

  /**
   * A case, or a part of one, that the cache does not have.
   *
   * @param name the case, or the file
   * @param reason one line
   */
  public record Dropped(String name, String reason) {}

  public PreparationReport {
    kept = List.copyOf(kept);
    dropped = List.copyOf(dropped);
  }
}
