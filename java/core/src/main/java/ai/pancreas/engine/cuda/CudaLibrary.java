package ai.pancreas.engine.cuda;

import ai.pancreas.internal.nativelib.Pancreas;
import ai.pancreas.internal.nativelib.PancreasCuda;
import java.lang.System.Logger.Level;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;

/**
 * The native library for GPUs, loaded once, at first use, from the jar {@code pancreas-native}
 * whose classifier ends in {@code -gpu}; that jar may be absent. Thread-safe.
 */
final class CudaLibrary {

  /** The GPU that is used: the first. {@code CUDA_VISIBLE_DEVICES} says which that is. */
  static final int DEVICE = 0;

  private CudaLibrary() {}

  /** Loads the library at most once, when the class is initialised. */
  private static final class Holder {
    static final Optional<String> UNAVAILABLE = load();

    private static Optional<String> load() {
      System.Logger log = System.getLogger(CudaLibrary.class.getName());
      String file = Loader.getPlatform() + "/" + System.mapLibraryName("jniPancreasCuda");
      if (PancreasCuda.class.getResource(file) == null) {
        return Optional.of(
            "there is no library for GPUs; add ai.pancreas:pancreas-native with classifier "
                + Loader.getPlatform()
                + "-gpu (native/README.md says how it is built)");
      }
      loadCudnn(log);
      try {
        if (PancreasCuda.pnc_cuda_device_count() == 0) {
          return Optional.of(
              "no NVIDIA GPU of compute capability 7.5 or newer with a driver for CUDA 13");
        }
        log.log(Level.DEBUG, "GPU {0}", PancreasCuda.pnc_cuda_device(DEVICE).getString());
        return Optional.empty();
      } catch (LinkageError e) {
        return Optional.of("the library for GPUs does not load: " + e.getMessage());
      }
    }
  }

  /**
   * Loads NVIDIA's cuDNN from JavaCPP's preset, where that is on the class path: the native library
   * then finds it. Without it, it looks for the system's own, and does without if there is none.
   */
  private static void loadCudnn(System.Logger log) {
    try {
      Loader.load(Class.forName("org.bytedeco.cuda.global.cudnn"));
    } catch (ClassNotFoundException e) {
      log.log(Level.DEBUG, "no preset of cuDNN");
    } catch (LinkageError e) {
      log.log(Level.DEBUG, "the preset of cuDNN does not load: {0}", e.getMessage());
    }
  }

  /** Why no GPU can be used, in a few words; empty if one can. */
  static Optional<String> unavailable() {
    return Holder.UNAVAILABLE;
  }

  /** What a status means; for a failure of the device, what that said. */
  static String text(int status) {
    return status == PancreasCuda.PNC_DEVICE_FAILED
        ? PancreasCuda.pnc_cuda_error().getString()
        : Pancreas.pnc_status_text(status).getString();
  }
}
