package ai.pancreas.tensorflow;

import ai.pancreas.engine.Engine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.engine.Engines;
import ai.pancreas.model.Model;
import java.nio.FloatBuffer;
import java.util.List;
import org.bytedeco.javacpp.Loader;

/** Tells when TensorFlow's library is loaded, in a process of its own. */
final class LoadingMain {
  private LoadingMain() {}

  public static void main(String[] args) {
    Engines engines = new Engines();
    Model model = RandomModel.of(List.of(2, 4, 6), 1);
    System.out.println(engines.names() + " " + isLoaded());
    System.out.println(new TensorFlowEngineProvider().unavailable(model) + " " + isLoaded());
    try (Engine engine = engines.open("tensorflow", model, new EngineOptions(1))) {
      FloatBuffer buffer = FloatBuffer.allocate(64);
      engine.run(buffer, 1, 8, 8, buffer);
      System.out.println(engine.name() + " " + isLoaded());
    }
  }

  private static boolean isLoaded() {
    return Loader.getLoadedLibraries().keySet().stream()
        .anyMatch(name -> name.contains("tensorflow"));
  }
}
