package ai.pancreas.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Mask;
import org.junit.jupiter.api.Test;

class MaskStatisticsTest {
  private static final Grid GRID = Grid.axial(24, 20, 16, 0.5, 2, 3);
  private static final CtVolume CT = Cases.ct(GRID);

  @Test
  void volumeAndMeanAreThoseOfTheVoxelsInside() {
    Mask two = Cases.mask(GRID, (x, y, z) -> y == 9 && z == 7 && (x == 10 || x == 11));
    MaskStatistics statistics = MaskStatistics.of(CT, two);
    assertEquals(0.006, statistics.volumeMl(), 1e-12);
    assertEquals((CT.hu(10, 9, 7) + CT.hu(11, 9, 7)) / 2.0, statistics.meanHu(), 1e-9);
    assertFalse(statistics.touchesBorder());
  }

  @Test
  void theFirstAndTheLastVoxelOfAnAxisAreTheBorder() {
    assertTrue(touches(0, 9, 7));
    assertTrue(touches(23, 9, 7));
    assertTrue(touches(10, 0, 7));
    assertTrue(touches(10, 19, 7));
    assertTrue(touches(10, 9, 0));
    assertTrue(touches(10, 9, 15));
    assertFalse(touches(1, 1, 1));
    assertFalse(touches(22, 18, 14));
  }

  private static boolean touches(int i, int j, int k) {
    Mask one = Cases.mask(GRID, (x, y, z) -> x == i && y == j && z == k);
    return MaskStatistics.of(CT, one).touchesBorder();
  }
}
