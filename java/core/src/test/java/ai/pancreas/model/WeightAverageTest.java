package ai.pancreas.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WeightAverageTest {
  private final Model model = new ModelRepository().find("phantom");

  @Test
  void eachWeightIsTheMean() {
    Model mean = WeightAverage.of(List.of(model, scaled(3), scaled(-1)));

    for (Tensor tensor : model.weights().tensors()) {
      float[] values = mean.weights().get(tensor.name()).values();
      for (int i = 0; i < values.length; i++) {
        // (1 + 3 - 1) / 3, rounded to float32.
        assertEquals(tensor.values()[i], values[i], 1e-6 * Math.abs(tensor.values()[i]));
      }
    }
    assertTrue(mean.description().metrics().isEmpty());
    assertTrue(mean.description().training().get("averaged").startsWith("mean of the weights of"));
    assertEquals(model.description().preprocessing(), mean.description().preprocessing());
  }

  @Test
  void theCreditsOfAllAreKept() {
    ModelDescription description = model.description();
    Model other =
        new Model(
            description.withMetricsAndCredits(List.of(), List.of("somebody else")),
            model.weights());

    List<String> credits = WeightAverage.of(List.of(model, other)).description().credits();

    assertTrue(credits.containsAll(description.credits()));
    assertTrue(credits.contains("somebody else"));
  }

  @Test
  void modelsOfDifferentKindsHaveNone() {
    assertUsage(List.of(model));
    assertUsage(List.of(model, new ModelRepository().find(ModelRepository.DEFAULT_ID)));
    ModelDescription description = model.description();
    Postprocessing post = description.postprocessing();
    Postprocessing strict = new Postprocessing(post.filters(), 0.9, post.keepLargest());
    assertUsage(List.of(model, new Model(description.withPostprocessing(strict), model.weights())));
  }

  private static void assertUsage(List<Model> models) {
    PancreasException error = assertThrows(PancreasException.class, () -> WeightAverage.of(models));
    assertEquals(ErrorCode.USAGE, error.code());
  }

  private Model scaled(float factor) {
    List<Tensor> tensors = new ArrayList<>();
    for (Tensor tensor : model.weights().tensors()) {
      float[] values = tensor.values().clone();
      for (int i = 0; i < values.length; i++) {
        values[i] *= factor;
      }
      tensors.add(new Tensor(tensor.name(), tensor.shape(), values));
    }
    return new Model(model.description(), new Weights(tensors));
  }
}
