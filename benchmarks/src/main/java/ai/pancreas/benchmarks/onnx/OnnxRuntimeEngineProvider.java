package ai.pancreas.benchmarks.onnx;

import ai.pancreas.engine.Engine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.engine.EngineProvider;
import ai.pancreas.model.Model;
import ai.pancreas.model.NetworkDescription;
import java.util.Optional;

/** Makes ONNX Runtime known as an engine, in the benchmarks only. */
public final class OnnxRuntimeEngineProvider implements EngineProvider {
  /** The engine's name. */
  public static final String NAME = "onnxruntime";

  /** The number of slices a group has unless {@link #GROUP_PROPERTY} says otherwise: its best. */
  private static final int GROUP = 8;

  /** The system property that sets the number of slices in a group. */
  public static final String GROUP_PROPERTY = "pancreas.onnxruntime.group";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int order() {
    return Integer.MAX_VALUE;
  }

  @Override
  public Optional<String> unavailable(Model model) {
    String type = model.description().network().type();
    return type.equals(NetworkDescription.SEGMENTATION_2021)
        ? Optional.empty()
        : Optional.of("it has no network of type " + type);
  }

  @Override
  public Engine open(Model model, EngineOptions options) {
    return new OnnxRuntimeEngine(model, options, Integer.getInteger(GROUP_PROPERTY, GROUP));
  }
}
