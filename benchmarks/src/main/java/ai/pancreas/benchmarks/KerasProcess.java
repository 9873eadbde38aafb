package ai.pancreas.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Keras at work in a Python process of its own, which does one of several forms of its work each
 * time it is asked. Not thread-safe.
 */
final class KerasProcess implements AutoCloseable {
  private static final String FINDS_BOTH =
      "import importlib.util as u, sys;"
          + " sys.exit(not all(u.find_spec(name) for name in ('keras', 'tensorflow')))";

  private final Process process;
  private final PrintWriter commands;
  private final BufferedReader answers;
  private final String versions;

  /**
   * Starts the process and waits until the networks are built.
   *
   * @param script prints its versions, then milliseconds for each form that it reads
   */
  KerasProcess(String python, Path script, int... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(python, script.toString()));
    for (int argument : arguments) {
      command.add(Integer.toString(argument));
    }
    process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
    commands = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    answers = process.inputReader(StandardCharsets.UTF_8);
    versions = answer();
  }

  /** Whether a Python can be run and has Keras and TensorFlow. */
  static boolean isAvailable(String python) throws InterruptedException {
    try {
      return new ProcessBuilder(python, "-c", FINDS_BOTH)
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** What is said where {@link #isAvailable} is false. */
  static String missing(String python) {
    return "not compared: %s has no Keras with TensorFlow".formatted(python);
  }

  /** What runs, such as {@code Keras 3.15.1, TensorFlow 2.21.0}. */
  String versions() {
    return versions;
  }

  /** Does the work of a form once; milliseconds as Python measures them. */
  double milliseconds(String form) throws IOException {
    commands.println(form);
    return Double.parseDouble(answer());
  }

  @Override
  public void close() {
    process.destroy();
  }

  private String answer() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      close();
      throw new IOException("Keras failed; Python says why on standard error");
    }
    return line;
  }
}
