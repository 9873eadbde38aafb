package ai.pancreas.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Keras's training steps of the full network, in a Python process of its own. Not thread-safe. */
final class KerasStep implements AutoCloseable {
  /** The network on images, and the reference project's layers on a volume. */
  static final List<String> FORMS = List.of("2d", "3d");

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
   * @param script {@code keras_step.py}
   */
  KerasStep(String python, Path script, int slices, int size, int threads) throws IOException {
    process =
        new ProcessBuilder(
                python,
                script.toString(),
                Integer.toString(slices),
                Integer.toString(size),
                Integer.toString(threads))
            .redirectError(Redirect.INHERIT)
            .start();
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

  /** What runs, such as {@code Keras 3.15.1, TensorFlow 2.21.0}. */
  String versions() {
    return versions;
  }

  /** Trains one step of a form; milliseconds as Python measures them. */
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
      throw new IOException("Keras's training step failed; Python says why on standard error");
    }
    return line;
  }
}
