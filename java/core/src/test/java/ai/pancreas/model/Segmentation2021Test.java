package ai.pancreas.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class Segmentation2021Test {
  @Test
  void hasTheReferenceProjectsNumberOfParameters() {
    assertEquals(2_575_741, parameters(List.of(16, 32, 64, 128, 256)));
  }

  @Test
  void gatesAllLevelsButTheFirstAndTheLast() {
    List<String> gates =
        Segmentation2021.tensors(List.of(2, 4, 6, 8)).stream()
            .map(TensorShape::name)
            .filter(name -> name.endsWith("theta/kernel"))
            .toList();
    assertEquals(List.of("decoder2/gate/theta/kernel", "decoder1/gate/theta/kernel"), gates);
  }

  @Test
  void refusesFiltersThatNoNetworkCanHave() {
    for (List<Integer> filters :
        List.of(
            List.<Integer>of(),
            List.of(4, 8),
            List.of(4, 5, 8),
            List.of(0, 4, 8),
            List.of(4, 8, 5000),
            List.of(2, 2, 2, 2, 2, 2, 2, 2, 2))) {
      assertThrows(IllegalArgumentException.class, () -> Segmentation2021.tensors(filters));
    }
  }

  @Test
  void refusesWeightsOfOtherFilters() {
    Weights weights = KerasFixture.weights(List.of(2, 4, 6));
    weights.requireShapes(Segmentation2021.tensors(List.of(2, 4, 6)));
    for (List<Integer> filters : List.of(List.of(2, 4, 5), List.of(2, 4, 6, 8), List.of(3, 4, 6))) {
      assertThrows(
          IllegalArgumentException.class,
          () -> weights.requireShapes(Segmentation2021.tensors(filters)));
    }
  }

  private static int parameters(List<Integer> filters) {
    return Segmentation2021.tensors(filters).stream()
        .mapToInt(tensor -> tensor.shape().stream().reduce(1, (a, b) -> a * b))
        .sum();
  }
}
