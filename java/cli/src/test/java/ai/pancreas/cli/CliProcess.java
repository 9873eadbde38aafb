package ai.pancreas.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the launcher and the packaged jar as a process of its own, as users do. */
final class CliProcess {
  private static final Path LAUNCHER = Path.of(System.getProperty("pancreas.launcher"));

  /** A hang must not stop the build; far more than any command here takes. */
  private static final long HANG_SECONDS = 300;

  private CliProcess() {}

  /** What a process left behind. */
  record Result(int exitCode, String stdout, String stderr) {

    Result succeeded() {
      assertEquals(0, exitCode, () -> "standard error: " + stderr);
      return this;
    }

    /** Checks the exit code, and that standard error is one line that says all the given words. */
    Result failed(int expectedCode, String... words) {
      assertEquals(expectedCode, exitCode, () -> "standard error: " + stderr);
      assertEquals(1, stderr.lines().count(), () -> "one line is expected: " + stderr);
      assertTrue(stderr.startsWith("pancreas-ai: error: "), stderr);
      assertFalse(stderr.contains("Exception"), stderr);
      for (String word : words) {
        assertTrue(stderr.contains(word), () -> "'" + word + "' is missing in: " + stderr);
      }
      assertEquals("", stdout);
      return this;
    }
  }

  /** The command line that starts the program with these arguments. */
  static List<String> command(Object... arguments) {
    List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return command;
  }

  static Result run(Object... arguments) {
    return run(command(arguments), Path.of("."));
  }

  static Result run(List<String> command, Path folder) {
    try {
      Path stdout = Files.createTempFile("pancreas-ai", ".out");
      Path stderr = Files.createTempFile("pancreas-ai", ".err");
      try {
        Process process =
            new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(stdout.toFile())
                .redirectError(stderr.toFile())
                .start();
        return new Result(exitCode(process), Files.readString(stdout), Files.readString(stderr));
      } finally {
        Files.delete(stdout);
        Files.delete(stderr);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static int exitCode(Process process) {
    try {
      if (!process.waitFor(HANG_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("the process hangs");
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
