package ai.pancreas.cli;

import java.text.MessageFormat;
import java.util.ResourceBundle;

/**
 * Sends the log lines of the library and of the JDK to standard error, one line each. Found by
 * {@link java.util.ServiceLoader}; spares the start-up of {@code java.util.logging}.
 */
public final class StderrLoggerFinder extends System.LoggerFinder {
  private static final String OURS = "ai.pancreas";

  private static volatile LogFormat format = LogFormat.TEXT;
  private static volatile System.Logger.Level threshold = System.Logger.Level.INFO;

  /** Called by the service loader. */
  public StderrLoggerFinder() {}

  /** Sets how lines look. */
  static void format(LogFormat newFormat) {
    format = newFormat;
  }

  /** Sets the lowest level that is shown. */
  static void showFrom(System.Logger.Level level) {
    threshold = level;
  }

  @Override
  public System.Logger getLogger(String name, Module module) {
    return new StderrLogger(name);
  }

  /** How a log line looks. */
  enum LogFormat {
    TEXT {
      @Override
      String line(System.Logger.Level level, String message) {
        return "pancreas-ai: " + level.name().toLowerCase(java.util.Locale.ROOT) + ": " + message;
      }
    },
    JSON {
      @Override
      String line(System.Logger.Level level, String message) {
        com.google.gson.JsonObject event = new com.google.gson.JsonObject();
        event.addProperty("event", "log");
        event.addProperty("level", level.name());
        event.addProperty("message", message);
        return event.toString();
      }
    };

    abstract String line(System.Logger.Level level, String message);
  }

  private record StderrLogger(String name) implements System.Logger {
    @Override
    public String getName() {
      return name;
    }

    @Override
    public boolean isLoggable(Level level) {
      boolean severe = level.getSeverity() >= Level.WARNING.getSeverity();
      return level != Level.OFF
          && level.getSeverity() >= threshold.getSeverity()
          && (severe || name.startsWith(OURS));
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
      if (isLoggable(level)) {
        String cause = thrown == null ? "" : " (" + thrown + ")";
        Stderr.PROCESS.line(format.line(level, ErrorLine.oneLine(message + cause)));
      }
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String message, Object... parameters) {
      boolean plain = parameters == null || parameters.length == 0;
      log(
          level,
          bundle,
          plain ? message : MessageFormat.format(message, parameters),
          (Throwable) null);
    }
  }
}
