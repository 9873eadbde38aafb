package ai.pancreas;

/** What kind of thing went wrong. The number is the exit code of the command line. */
public enum ErrorCode {
  /** A fault in this program. */
  INTERNAL(1),
  /** The caller asked for something that makes no sense. */
  USAGE(2),
  /** The input holds no CT series. */
  NO_CT_SERIES(3),
  /** The input is damaged, incomplete or of a kind that is not supported. */
  BAD_DATA(4),
  /** The input holds several candidates, and the caller has to choose. */
  AMBIGUOUS_INPUT(5),
  /** A model or its weights are missing, damaged or do not fit. */
  MODEL(6),
  /** A device, an engine or memory is not available. */
  DEVICE(7),
  /** Some of the work was done, some was not. */
  PARTIAL(8),
  /** The output could not be written. */
  OUTPUT(9),
  /** A quality check failed. */
  QUALITY(10);

  private final int exitCode;

  ErrorCode(int exitCode) {
    this.exitCode = exitCode;
  }

  /** The exit code of a process that ends with this error. */
  public int exitCode() {
    return exitCode;
  }
}
