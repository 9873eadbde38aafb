package ai.pancreas.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class AxisWeightsTest {

  @Test
  void nearestIsTheReferenceFormulaForAllSizes() {
    for (int source = 1; source <= 1100; source += source < 40 ? 1 : 11) {
      for (int target = 1; target <= 1100; target++) {
        AxisWeights axis = AxisWeights.of(Filter.NEAREST, source, target);
        for (int i = 0; i < target; i++) {
          if (axis.first(i) != (int) Math.floor((i + 0.5) * source / target)) {
            assertEquals((int) Math.floor((i + 0.5) * source / target), axis.first(i));
          }
        }
      }
    }
  }

  @Test
  void linearAgreesWithScaleAndTranslate() {
    int[] sizes = {1, 2, 3, 5, 7, 8, 16, 31, 96, 115, 160, 176, 233, 512};
    for (int source : sizes) {
      for (int target : sizes) {
        AxisWeights axis = AxisWeights.of(Filter.LINEAR, source, target);
        for (int i = 0; i < target; i++) {
          double[] expected = new double[source];
          for (ScaleAndTranslate.Tap tap :
              ScaleAndTranslate.taps(Filter.LINEAR, source, target, i)) {
            expected[tap.index()] = tap.weight();
          }
          double[] found = new double[source];
          for (int k = 0; k < axis.count(i); k++) {
            found[axis.first(i) + k] = axis.weight(i, k);
            assertTrue(axis.weight(i, k) > 0);
          }
          for (int s = 0; s < source; s++) {
            // Half an ulp of a float32 up to 1 is 2^-25; the rest is for the formula in float64.
            assertEquals(expected[s], found[s], 3.1e-8, source + " to " + target + " at " + i);
          }
        }
      }
    }
  }

  /** From 4 to 2: centres at 1 and 3, triangles two wide to each side. */
  @Test
  void shrinkingWidensTheTriangle() {
    AxisWeights axis = AxisWeights.of(Filter.LINEAR, 4, 2);
    assertEquals(List.of(0, 1), List.of(axis.first(0), axis.first(1)));
    // 0.75, 0.75, 0.25 of the source values 0, 1, 2, over their sum.
    assertEquals(3, axis.count(0));
    assertEquals(0.75 / 1.75, axis.weight(0, 0), 1e-7);
    assertEquals(0.75 / 1.75, axis.weight(0, 1), 1e-7);
    assertEquals(0.25 / 1.75, axis.weight(0, 2), 1e-7);
    assertEquals(axis.weight(0, 2), axis.weight(1, 0));
    assertEquals(axis.weight(0, 0), axis.weight(1, 2));
  }

  /** From 2 to 4: centres at 0.25, 0.75, 1.25, 1.75. */
  @Test
  void growingIsPlainLinearAndHoldsTheBorders() {
    AxisWeights axis = AxisWeights.of(Filter.LINEAR, 2, 4);
    assertEquals(1, axis.count(0));
    assertEquals(1f, axis.weight(0, 0));
    assertEquals(2, axis.count(1));
    assertEquals(0.75f, axis.weight(1, 0));
    assertEquals(0.25f, axis.weight(1, 1));
    assertEquals(0.25f, axis.weight(2, 0));
    assertEquals(0.75f, axis.weight(2, 1));
    assertEquals(1, axis.first(3));
    assertEquals(1, axis.count(3));
  }

  @Test
  void equalSizesAreLeftAlone() {
    for (Filter filter : Filter.values()) {
      AxisWeights axis = AxisWeights.of(filter, 7, 7);
      assertTrue(axis.isIdentity());
      int[] first = new int[7];
      Arrays.setAll(first, axis::first);
      assertEquals("[0, 1, 2, 3, 4, 5, 6]", Arrays.toString(first));
      assertEquals(1, axis.count(3));
      assertEquals(1f, axis.weight(3, 0));
    }
  }

  @Test
  void sizesThatMakeNoSenseAreRefused() {
    int tooLong = Kernels.MAX_AXIS + 1;
    assertThrows(IllegalArgumentException.class, () -> AxisWeights.of(Filter.NONE, 3, 4));
    assertThrows(IllegalArgumentException.class, () -> AxisWeights.of(Filter.LINEAR, 0, 4));
    assertThrows(IllegalArgumentException.class, () -> AxisWeights.of(Filter.LINEAR, 4, -1));
    assertThrows(IllegalArgumentException.class, () -> AxisWeights.of(Filter.LINEAR, tooLong, 1));
  }
}
