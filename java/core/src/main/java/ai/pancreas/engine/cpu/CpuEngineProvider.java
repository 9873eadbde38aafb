package ai.pancreas.engine.cpu;

import ai.pancreas.engine.Engine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.engine.EngineProvider;
import ai.pancreas.kernel.NativeLibrary;
import ai.pancreas.model.Model;
import ai.pancreas.model.NetworkDescription;
import java.util.List;
import java.util.Optional;

/** Makes engines of the native library, for {@code segmentation-2021}. */
public final class CpuEngineProvider implements EngineProvider {

  /** The name of the engine. */
  static final String NAME = "cpu";

  /** Registers hold 8 channels. */
  private static final int FILTER_MULTIPLE = 8;

  /** For {@link java.util.ServiceLoader}. */
  public CpuEngineProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int order() {
    return 10;
  }

  @Override
  public Optional<String> unavailable(Model model) {
    NetworkDescription network = model.description().network();
    if (!network.type().equals(NetworkDescription.SEGMENTATION_2021)) {
      return Optional.of("it cannot build the network " + network.type());
    }
    List<Integer> filters = network.filters();
    if (filters.stream().anyMatch(f -> f % FILTER_MULTIPLE != 0)) {
      return Optional.of("it needs filters that are multiples of 8, not " + filters);
    }
    if (!NativeLibrary.isLoaded()) {
      return Optional.of(
          "the native library does not load; add ai.pancreas:pancreas-native with the classifier of"
              + " this platform");
    }
    return Optional.empty();
  }

  @Override
  public Engine open(Model model, EngineOptions options) {
    return CpuEngine.open(model, options, CpuOptions.FASTEST);
  }
}
