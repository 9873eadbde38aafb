package ai.pancreas.kernel;

import ai.pancreas.internal.nativelib.Pancreas;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The native library of this platform. It is loaded once, at first use, from the jar {@code
 * pancreas-native} whose classifier names the platform; that jar may be absent, and then the Java
 * kernels do the work. The system property {@code pancreas.native=off} says not to load it.
 *
 * <p>All methods are thread-safe.
 */
public final class NativeLibrary {
  private NativeLibrary() {}

  /** Loads the library at most once, when the class is initialised. */
  private static final class Holder {
    static final boolean LOADED = load();

    private static boolean load() {
      System.Logger log = System.getLogger(NativeLibrary.class.getName());
      if ("off".equals(System.getProperty("pancreas.native"))) {
        log.log(Level.DEBUG, "Java kernels: pancreas.native=off");
        return false;
      }
      try {
        String version = Pancreas.pnc_version().getString();
        String choices = Pancreas.pnc_kernel_choices().getString();
        log.log(Level.DEBUG, "native kernels {0}: {1}", version, choices);
        return true;
      } catch (LinkageError e) {
        log.log(Level.INFO, "Java kernels: the native library does not load: {0}", e.getMessage());
        return false;
      }
    }
  }

  /** Whether the native library is there. */
  public static boolean isLoaded() {
    return Holder.LOADED;
  }

  /**
   * What this CPU supports, of what matters to the kernels, such as {@code avx2} and {@code fma};
   * empty if the library is not there.
   */
  public static List<String> cpuFeatures() {
    String features = isLoaded() ? Pancreas.pnc_cpu_features().getString() : "";
    return features.isEmpty() ? List.of() : List.of(features.split(" "));
  }

  /**
   * Sets an environment variable of this process as C libraries see it, unless it is set already:
   * what the user set stays. {@link System#getenv} does not see the change. To be called before
   * other native libraries read or write the environment.
   *
   * @return the value that C libraries see now; empty if the native library is not there, and
   *     nothing was set
   * @throws IllegalArgumentException if the name is empty or holds '=', or either text holds NUL
   */
  public static synchronized Optional<String> setEnvironment(String name, String value) {
    Objects.requireNonNull(value, "value");
    if (name.isEmpty() || name.indexOf('=') >= 0 || (name + value).indexOf('\0') >= 0) {
      throw new IllegalArgumentException("not an environment variable: " + name);
    }
    if (!isLoaded()) {
      return Optional.empty();
    }
    int status = Pancreas.pnc_setenv(name, value);
    if (status != Pancreas.PNC_OK) {
      throw new IllegalStateException("environment variable " + name + ": " + statusText(status));
    }
    return Optional.of(Pancreas.pnc_getenv(name));
  }

  static String instructionSet() {
    return Pancreas.pnc_instruction_set().getString();
  }

  static String statusText(int status) {
    return Pancreas.pnc_status_text(status).getString();
  }
}
