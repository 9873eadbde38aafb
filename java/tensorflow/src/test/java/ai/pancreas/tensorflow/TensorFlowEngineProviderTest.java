package ai.pancreas.tensorflow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.pancreas.engine.EngineProvider;
import ai.pancreas.model.Model;
import ai.pancreas.model.ModelDescription;
import ai.pancreas.model.NetworkDescription;
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
  }

  @Test
  void saysThatItCannotBuildAnotherNetwork() {
    Model model = RandomModel.of(List.of(2, 4, 6), 1);
    ModelDescription d = model.description();
    ModelDescription other =
        new ModelDescription(
            d.id(),
            d.title(),
            new NetworkDescription("segmentation-2024", List.of(16, 32, 64)),
            d.preprocessing(),
            d.postprocessing(),
            d.labels(),
            d.weightsFile(),
            d.weightsSha256(),
            d.licence(),
            d.credits(),
            d.metrics());
    assertEquals(
        Optional.of("it cannot build the network segmentation-2024"),
        new TensorFlowEngineProvider().unavailable(new Model(other, model.weights())));
  }
}
