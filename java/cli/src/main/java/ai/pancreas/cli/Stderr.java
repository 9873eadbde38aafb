package ai.pancreas.cli;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Standard error: whole lines, and below them at most one status line that is redrawn in place.
 * Thread-safe.
 */
final class Stderr {
  /** The standard error of this process. */
  static final Stderr PROCESS = new Stderr(System.err);

  private final PrintStream stream;
  private String status = "";

  Stderr(PrintStream stream) {
    this.stream = stream;
  }

  /** Writes a line above the status line. */
  synchronized void line(String text) {
    String below = status;
    status("");
    stream.println(text);
    status(below);
  }

  /** Replaces the status line; an empty text removes it. */
  synchronized void status(String text) {
    if (text.isEmpty() && status.isEmpty()) {
      return;
    }
    String blanks = " ".repeat(Math.max(0, status.length() - text.length()));
    String start = text.isEmpty() ? "\r" : "";
    stream.print("\r" + text + blanks + start);
    stream.flush();
    status = text;
  }

  /**
   * Whether standard error is a terminal that can redraw a line. The JVM cannot tell: the launcher
   * says so in the property {@code pancreas.stderr.terminal}; without it, Linux is asked what the
   * descriptor points to.
   */
  static boolean isTerminal() {
    if ("dumb".equals(System.getenv("TERM"))) {
      return false;
    }
    String told = System.getProperty("pancreas.stderr.terminal");
    if (told != null) {
      return Boolean.parseBoolean(told);
    }
    Path descriptor = Path.of("/proc/self/fd/2");
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (java.io.IOException | UnsupportedOperationException | SecurityException e) {
      return System.console() != null;
    }
  }
}
