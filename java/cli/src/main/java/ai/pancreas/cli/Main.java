package ai.pancreas.cli;

import ai.pancreas.ErrorCode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The entry point of the command line. */
public final class Main {
  private static final boolean DEBUG = "1".equals(System.getenv("PANCREAS_AI_DEBUG"));

  private static final int CANCELLED = 128;

  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    // JavaCPP would count the pages of every library against the heap's limit, stall and throw.
    setDefault("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    setDefault("java.awt.headless", "true");
    Locale.setDefault(Locale.ROOT);
    if (DEBUG) {
      StderrLoggerFinder.showFrom(System.Logger.Level.DEBUG);
    }
    Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> trace(failure));
    Cancellation.PROCESS.listen();
    int exitCode = run(args);
    Cancellation.PROCESS.finished();
    System.exit(exitCode);
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  private static int run(String[] args) {
    try {
      CommandLine commandLine =
          new CommandLine(new PancreasAi())
              .setCaseInsensitiveEnumValuesAllowed(true)
              .setParameterExceptionHandler((failure, unused) -> usage(failure))
              .setExecutionExceptionHandler((failure, unused, parsed) -> report(failure));
      int exitCode = commandLine.execute(args);
      return exitCode == 0 && stdoutFailed(commandLine.getOut())
          ? report(ErrorLine.error(ErrorCode.OUTPUT, "standard output could not be written"))
          : exitCode;
    } catch (Throwable failure) {
      return report(failure);
    }
  }

  private static boolean stdoutFailed(PrintWriter out) {
    out.flush();
    return out.checkError() || System.out.checkError();
  }

  private static int usage(ParameterException failure) {
    String command = failure.getCommandLine().getCommandSpec().qualifiedName();
    String message = failure.getMessage();
    if (failure instanceof UnmatchedArgumentException unmatched) {
      List<String> similar = unmatched.getSuggestions();
      message += similar.isEmpty() ? "" : "; did you mean " + String.join(" or ", similar) + "?";
    }
    return report(ErrorLine.error(ErrorCode.USAGE, message + "; see " + command + " --help"));
  }

  private static int report(Throwable failure) {
    trace(failure);
    // Whatever breaks after a signal is a consequence of it, and the signal decides the exit code.
    return Cancellation.PROCESS.isRequested() ? CANCELLED : report(ErrorLine.of(failure));
  }

  private static void trace(Throwable failure) {
    if (DEBUG) {
      failure.printStackTrace();
    }
  }

  private static int report(ErrorLine error) {
    Stderr.PROCESS.line(error.text());
    return error.exitCode();
  }
}
