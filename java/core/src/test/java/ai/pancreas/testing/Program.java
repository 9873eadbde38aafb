package ai.pancreas.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Runs another program, to compare with; a test is skipped where it is not installed. */
public final class Program {
  private static final String PYTHON = "/usr/bin/python3";

  private Program() {}

  /** Skips the test where a program is not installed. */
  public static void assumeInstalled(String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.waitFor();
    } catch (IOException e) {
      assumeTrue(false, command[0] + " is not installed");
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Skips the test where Python or one of its modules is not installed. */
  public static void assumePython(String module) {
    assumeInstalled(PYTHON, "--version");
    assumeTrue(
        start(List.of(PYTHON, "-c", "import " + module)).exitCode == 0, module + " is missing");
  }

  /** What a program prints. It must succeed. */
  public static String run(String... command) {
    Result result = start(List.of(command));
    assertEquals(0, result.exitCode, result.output);
    return result.output;
  }

  /** What a Python script prints. It must succeed. */
  public static String python(String script, Object... arguments) {
    List<String> command = new ArrayList<>(List.of(PYTHON, "-c", script));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return run(command.toArray(new String[0]));
  }

  private static Result start(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), output);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private record Result(int exitCode, String output) {}
}
