package ai.pancreas.cli;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.dataset.PreparationReport.Dropped;
import java.util.List;

/** Tells by the exit code when some of the cases could not be used. */
final class AllUsed {
  private AllUsed() {}

  /**
   * Checks that nothing was dropped, once the result is printed.
   *
   * @throws PancreasException {@code PARTIAL} if something was
   */
  static void require(List<Dropped> dropped) {
    if (dropped.isEmpty()) {
      return;
    }
    Dropped first = dropped.get(0);
    throw new PancreasException(
        ErrorCode.PARTIAL,
        (dropped.size() == 1
                ? "a case or picture could not be used: "
                : dropped.size() + " cases or pictures could not be used, such as ")
            + first.name()
            + ": "
            + first.reason());
  }
}
