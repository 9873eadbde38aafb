package ai.pancreas.dicom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Other programs to compare with; tests that need them are skipped where they are absent. */
final class Programs {
  private Programs() {}

  /** Runs a program to its end, and checks that it succeeds. */
  static void run(Path scratch, List<String> command) throws IOException, InterruptedException {
    assumeTrue(isInstalled(command.get(0)), command.get(0) + " is absent");
    Path log = scratch.resolve("log-of-program");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertEquals(0, process.waitFor(), () -> textOf(log));
  }

  private static String textOf(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static boolean isInstalled(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
