package ai.pancreas.phantom;

/**
 * How a series lies in its folder and on the scanner. None of it moves a voxel in the patient.
 *
 * @param position how the patient is said to have gone into the scanner
 * @param fileOrder which slice comes first in file names and instance numbers
 */
public record SeriesLayout(Position position, FileOrder fileOrder) {

  /** Head first, the first slice first. */
  public static final SeriesLayout USUAL = new SeriesLayout(Position.HEAD_FIRST, FileOrder.FORWARD);

  /** DICOM PS3.3 C.7.3.1.1.2, Patient Position. */
  public enum Position {
    HEAD_FIRST("HFS"),
    FEET_FIRST("FFS");

    private final String code;

    Position(String code) {
      this.code = code;
    }

    String code() {
      return code;
    }
  }

  /** The order of files along the grid's z. */
  public enum FileOrder {
    FORWARD,
    REVERSED
  }
}
