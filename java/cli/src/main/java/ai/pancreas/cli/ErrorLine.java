package ai.pancreas.cli;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;

/**
 * What is told of a failure: one line for people and an exit code for scripts.
 *
 * @param exitCode the exit code of the process
 * @param text the line, without a line break
 */
record ErrorLine(int exitCode, String text) {
  private static final String PREFIX = "pancreas-ai: error: ";

  static ErrorLine of(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof OutOfMemoryError) {
        return outOfMemory(t);
      }
      if (t instanceof PancreasException known) {
        return error(known.code(), known.getMessage());
      }
    }
    return error(
        ErrorCode.INTERNAL,
        "internal fault: "
            + failure
            + "; set PANCREAS_AI_DEBUG=1 to see where, and please report it");
  }

  static ErrorLine error(ErrorCode code, String message) {
    return new ErrorLine(code.exitCode(), PREFIX + oneLine(message));
  }

  private static ErrorLine outOfMemory(Throwable failure) {
    long heapMiB = Runtime.getRuntime().maxMemory() >> 20;
    return error(
        ErrorCode.DEVICE,
        "out of memory ("
            + failure.getMessage()
            + "); the limit is "
            + heapMiB
            + " MiB, raise it with JDK_JAVA_OPTIONS=-Xmx"
            + Math.max(2, (heapMiB >> 9) + 1)
            + "g");
  }

  /** The text with every line break, and the blanks round it, made one blank. */
  static String oneLine(String text) {
    return String.valueOf(text).strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
