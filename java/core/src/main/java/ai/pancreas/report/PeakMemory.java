package ai.pancreas.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The most memory that a process has held at a time: Java's heap, native memory and mapped files
 * that were touched, as Linux counts it (VmHWM, proc(5)). Stateless and thread-safe.
 */
public final class PeakMemory {
  private static final Path PROC = Path.of("/proc");
  private static final String THIS_PROCESS = "self";

  private PeakMemory() {}

  /** Of this process, MB (10^6 bytes); NaN where the system does not tell. */
  public static double ofThisProcessMb() {
    return megabytes(THIS_PROCESS, "VmHWM:");
  }

  /** Of a process of this machine, MB; NaN where the system does not tell or it has ended. */
  public static double ofProcessMb(long pid) {
    return megabytes(Long.toString(pid), "VmHWM:");
  }

  /** What this process holds now, MB; NaN where the system does not tell. */
  public static double nowMb() {
    return megabytes(THIS_PROCESS, "VmRSS:");
  }

  /**
   * Starts to count anew: what this process holds now is the peak so far. Does nothing where the
   * system has no such thing.
   */
  public static void reset() {
    try {
      Path file = PROC.resolve(THIS_PROCESS).resolve("clear_refs");
      if (Files.exists(file)) {
        Files.writeString(file, "5");
      }
    } catch (IOException e) {
      System.getLogger(PeakMemory.class.getName())
          .log(System.Logger.Level.DEBUG, "peak memory counts from the start: {0}", e.getMessage());
    }
  }

  private static double megabytes(String process, String field) {
    try (Stream<String> lines = Files.lines(PROC.resolve(process).resolve("status"))) {
      return lines
          .filter(line -> line.startsWith(field))
          .mapToDouble(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024 / 1e6)
          .findFirst()
          .orElse(Double.NaN);
    } catch (IOException | UncheckedIOException e) {
      return Double.NaN;
    }
  }
}
