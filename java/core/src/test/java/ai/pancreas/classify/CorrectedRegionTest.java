package ai.pancreas.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import ai.pancreas.kernel.Filter;
import ai.pancreas.kernel.Filters3;
import ai.pancreas.kernel.Kernels;
import ai.pancreas.kernel.Size3;
import ai.pancreas.model.RegionPreprocessing.Corrected;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Mask;
import ai.pancreas.volume.TestGrids;
import java.nio.FloatBuffer;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class CorrectedRegionTest {
  private static final Grid GRID = Grid.axial(24, 20, 16, 0.7, 0.8, 2);
  private static final Size3 SMALL = new Size3(8, 8, 8);

  @Test
  void aCtInAnyOrientationGivesTheSameRegion() {
    CtVolume ct = Cases.ct(GRID);
    Mask mask = Cases.mask(GRID, Cases::blob);
    FloatBuffer expected = region(ct, mask, 0.9, SMALL);

    for (var change : TestGrids.reorientations()) {
      assertEquals(
          expected,
          region(ct.reoriented(change), mask.reoriented(change), 0.9, SMALL),
          change::toString);
    }
  }

  @Test
  void theCropGoesNineTenthsOfTheWayToTheMaskInWholeVoxelsOutward() {
    Grid grid = Grid.axial(40, 30, 20, 1, 1, 1);
    CtVolume ct = Cases.ct(grid);
    Mask mask =
        Cases.mask(grid, (x, y, z) -> x >= 13 && x < 20 && y >= 5 && y < 30 && z >= 0 && z < 9);
    // x: 0.9 * 13 = 11.7, and 40 - 0.9 * 20 = 22; y: 4.5, and the border; z: the border, and 20 -
    // 0.9 * 11 = 10.1.
    Size3 asLarge = new Size3(11, 26, 11);

    FloatBuffer region = region(ct, mask, 0.9, asLarge);

    for (int z = 0; z < asLarge.z(); z++) {
      for (int y = 0; y < asLarge.y(); y++) {
        for (int x = 0; x < asLarge.x(); x++) {
          float expected =
              mask.at(11 + x, 4 + y, z)
                  ? Math.max(-1024, Math.min(1024, ct.hu(11 + x, 4 + y, z))) / 1024
                  : 0;
          assertEquals(expected, region.get((z * asLarge.y() + y) * asLarge.x() + x));
        }
      }
    }
  }

  @Test
  void itIsWhatTheKernelsMakeOfTheWholeRegion() {
    Grid grid = Grid.axial(24, 20, 16, 1, 1, 1);
    CtVolume ct = Cases.ct(grid);
    Mask mask = Cases.mask(grid, Cases::blob);
    // Both sizes add two of the CT's voxels on each side.
    FloatBuffer whole = enlarged(ct, mask, new Size3(16, 20, 24));
    Size3 target = new Size3(10, 36, 14);
    FloatBuffer expected = FloatBuffer.allocate((int) target.count());
    Filter linear = Filter.LINEAR;
    Kernels.reference()
        .resample(
            whole,
            new Size3(20, 24, 28),
            expected,
            target,
            new Filters3(linear, linear, linear),
            1);

    // The axes are resampled in another order: a few roundings of 6e-8 apart.
    assertNear(expected, enlarged(ct, mask, new Size3(8, 30, 12)), 1e-6);
  }

  private static FloatBuffer enlarged(CtVolume ct, Mask mask, Size3 size) {
    return new CorrectedRegion(new Corrected(0), size, Kernels.reference(), 2)
        .extractEnlarged(ct, mask, Monitor.NONE);
  }

  @Test
  void theMiddleOfTheEnlargedRegionIsTheRegion() {
    Grid grid = Grid.axial(40, 40, 40, 1, 1, 1);
    CtVolume ct = Cases.ct(grid);
    Mask mask =
        Cases.mask(
            grid,
            (x, y, z) ->
                Cases.blob(x - 10, y - 10, z - 10)
                    || x == 10 && y == 10 && z == 10
                    || x == 29 && y == 29 && z == 29);
    // The mask's box is 20 voxels long, two a step; 12 steps for 10 are 24 voxels.
    Corrected toTheBox = new Corrected(1);
    Size3 size = new Size3(10, 10, 10);
    CorrectedRegion extractor = new CorrectedRegion(toTheBox, size, Kernels.reference(), 2);
    assertEquals(new Size3(12, 12, 12), extractor.enlargedSize());

    FloatBuffer region = extractor.extract(ct, mask, Monitor.NONE);
    FloatBuffer enlarged = extractor.extractEnlarged(ct, mask, Monitor.NONE);

    for (int z = 0; z < 10; z++) {
      for (int y = 0; y < 10; y++) {
        for (int x = 0; x < 10; x++) {
          assertEquals(
              region.get((z * 10 + y) * 10 + x), enlarged.get(((z + 1) * 12 + y + 1) * 12 + x + 1));
        }
      }
    }
  }

  @Test
  void theEnlargedRegionIsZeroBeyondTheCt() {
    Grid grid = Grid.axial(20, 20, 20, 1, 1, 1);
    CtVolume ct = Cases.ct(grid);
    Mask all = Cases.mask(grid, (x, y, z) -> true);
    CorrectedRegion extractor =
        new CorrectedRegion(new Corrected(0.9), new Size3(20, 20, 20), Kernels.reference(), 1);
    assertEquals(new Size3(24, 24, 24), extractor.enlargedSize());

    FloatBuffer enlarged = extractor.extractEnlarged(ct, all, Monitor.NONE);

    for (int z = 0; z < 24; z++) {
      for (int y = 0; y < 24; y++) {
        for (int x = 0; x < 24; x++) {
          boolean within = x >= 2 && x < 22 && y >= 2 && y < 22 && z >= 2 && z < 22;
          float expected =
              within ? Math.max(-1, Math.min(1, ct.hu(x - 2, y - 2, z - 2) / 1024)) : 0;
          assertEquals(expected, enlarged.get((z * 24 + y) * 24 + x));
        }
      }
    }
  }

  @Test
  void theEnlargementOf96Is116() {
    Size3 size = new Size3(96, 96, 96);
    assertEquals(
        new Size3(116, 116, 116),
        new CorrectedRegion(new Corrected(0.9), size, Kernels.reference(), 1).enlargedSize());
  }

  @Test
  void anEmptyMaskIsRefused() {
    Mask empty = Cases.mask(GRID, (x, y, z) -> false);
    PancreasException e =
        assertThrows(PancreasException.class, () -> region(Cases.ct(GRID), empty, 0.9, SMALL));
    assertEquals(ErrorCode.BAD_DATA, e.code());
  }

  @Test
  void aMaskOnAnotherGridIsAFaultOfTheCaller() {
    Mask other = Cases.mask(Grid.axial(24, 20, 16, 1, 1, 1), Cases::blob);
    assertThrows(IllegalArgumentException.class, () -> region(Cases.ct(GRID), other, 0.9, SMALL));
  }

  @Test
  void itCanBeCancelled() {
    Monitor cancelled =
        new Monitor() {
          @Override
          public void progress(Stage stage, long done, long total) {}

          @Override
          public boolean isCancelled() {
            return true;
          }
        };
    RegionExtractor extractor =
        RegionExtractor.of(new Corrected(0.9), SMALL, Kernels.reference(), 1);
    assertThrows(
        CancellationException.class,
        () -> extractor.extract(Cases.ct(GRID), Cases.mask(GRID, Cases::blob), cancelled));
  }

  private static FloatBuffer region(CtVolume ct, Mask mask, double crop, Size3 size) {
    return RegionExtractor.of(new Corrected(crop), size, Kernels.reference(), 2)
        .extract(ct, mask, Monitor.NONE);
  }

  private static void assertNear(FloatBuffer expected, FloatBuffer actual, double tolerance) {
    assertEquals(expected.remaining(), actual.remaining());
    for (int i = 0; i < expected.remaining(); i++) {
      assertEquals(expected.get(i), actual.get(i), tolerance);
    }
  }
}
