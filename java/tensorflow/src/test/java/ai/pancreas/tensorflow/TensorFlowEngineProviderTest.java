package ai.pancreas.tensorflow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.pancreas.engine.EngineProvider;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class TensorFlowEngineProviderTest {
  @Test
  void isFoundAndCanRunHere() {
    EngineProvider provider =
        ServiceLoader.load(EngineProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(candidate -> candidate.name().equals("tensorflow"))
            .findFirst()
            .orElseThrow();
    assertEquals(Optional.empty(), provider.unavailable(RandomModel.of(List.of(2, 4, 6), 1)));
    assertEquals(
        Optional.empty(), provider.unavailable(RandomModel.segmentation2024(List.of(2, 4, 6), 1)));
  }
}
