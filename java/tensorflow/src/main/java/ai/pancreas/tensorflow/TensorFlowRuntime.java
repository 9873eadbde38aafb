package ai.pancreas.tensorflow;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.kernel.NativeLibrary;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.bytedeco.javacpp.Loader;
import org.tensorflow.TensorFlow;
import org.tensorflow.proto.ConfigProto;

/**
 * Loads TensorFlow's native library, once per process, with the settings that it reads from the
 * environment while it loads.
 */
public final class TensorFlowRuntime {
  private static final Logger LOG = System.getLogger(TensorFlowRuntime.class.getName());

  /**
   * oneDNN's convolutions, which are off by default on CPUs without AVX-512, where they make the
   * network about 1.5 times as fast.
   */
  private static final String ONEDNN = "TF_ENABLE_ONEDNN_OPTS";

  /** 2 keeps errors and silences what TensorFlow tells about itself on stderr. */
  private static final String LOG_LEVEL = "TF_CPP_MIN_LOG_LEVEL";

  private static boolean loaded;

  private TensorFlowRuntime() {}

  /**
   * Loads the library where that has not happened yet.
   *
   * @throws PancreasException {@code DEVICE} if it cannot be loaded
   */
  public static synchronized void load() {
    if (loaded) {
      return;
    }
    prepareEnvironment();
    try {
      LOG.log(Level.DEBUG, "TensorFlow {0}", TensorFlow.version());
    } catch (LinkageError e) {
      throw failure("TensorFlow's native library cannot be loaded", root(e));
    }
    loaded = true;
  }

  /** The settings of a session: so many threads within an operation, one operation at a time. */
  public static ConfigProto config(int threads) {
    return ConfigProto.newBuilder()
        .setIntraOpParallelismThreads(threads)
        .setInterOpParallelismThreads(1)
        .build();
  }

  /** An error of code {@code DEVICE} that says in one line what failed, and why. */
  public static PancreasException failure(String what, Throwable cause) {
    String reason = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    return new PancreasException(ErrorCode.DEVICE, what + ": " + reason, cause);
  }

  private static void prepareEnvironment() {
    if (isLoadedAlready()) {
      if (System.getenv(ONEDNN) == null) {
        warnOfSlowness("TensorFlow was loaded by other code before");
      }
      return;
    }
    NativeLibrary.setEnvironment(LOG_LEVEL, "2");
    if (NativeLibrary.setEnvironment(ONEDNN, "1").isEmpty() && System.getenv(ONEDNN) == null) {
      warnOfSlowness("the native library of pancreas, which would set it, is not there");
    }
  }

  private static boolean isLoadedAlready() {
    return Loader.getLoadedLibraries().keySet().stream()
        .anyMatch(name -> name.contains("tensorflow"));
  }

  private static void warnOfSlowness(String why) {
    LOG.log(
        Level.WARNING,
        "TensorFlow may run without oneDNN and be slower: {0}; set {1}=1 before the program starts",
        why,
        ONEDNN);
  }

  private static Throwable root(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }
}
