package ai.pancreas.engine.cuda;

import ai.pancreas.engine.Engine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.engine.EngineProvider;
import ai.pancreas.model.Model;
import ai.pancreas.model.NetworkDescription;
import java.util.List;
import java.util.Optional;

/** Makes engines on an NVIDIA GPU. */
public final class CudaEngineProvider implements EngineProvider {

  /** The name of the engine. */
  static final String NAME = "cuda";

  /** Groups of channels that the kernels work on. */
  private static final int FILTER_MULTIPLE = 8;

  /** For {@link java.util.ServiceLoader}. */
  public CudaEngineProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  /** After the CPU's: {@code auto} shall not take an engine that was never seen on a GPU. */
  @Override
  public int order() {
    return 20;
  }

  @Override
  public boolean usesDevice() {
    return true;
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
    return CudaLibrary.unavailable();
  }

  @Override
  public Engine open(Model model, EngineOptions options) {
    return CudaEngine.open(model, options);
  }
}
