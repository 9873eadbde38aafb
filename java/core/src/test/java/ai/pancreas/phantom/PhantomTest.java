package ai.pancreas.phantom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.Monitor;
import ai.pancreas.Stage;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Mask;
import ai.pancreas.volume.Orientation;
import ai.pancreas.volume.Vector3;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PhantomTest {
  /** Voxels just below the size at which several points are averaged. */
  private static final Grid AROUND_THE_PANCREAS =
      new Grid(
          86,
          50,
          68,
          new Vector3(-64, -52, -68),
          new Vector3(2.2, 0, 0),
          new Vector3(0, 2.2, 0),
          new Vector3(0, 0, 2.2));

  @Test
  void theNumberOfThreadsDoesNotChangeAVoxel() {
    Grid grid = PhantomOptions.axial(7, 50, 37, 11).grid();
    long one = hash(Phantom.ofSeed(7).sample(grid, 11, 1, Monitor.NONE));
    long three = hash(Phantom.ofSeed(7).sample(grid, 11, 3, Monitor.NONE));
    long other = hash(Phantom.ofSeed(8).sample(grid, 11, 3, Monitor.NONE));
    assertEquals(one, three);
    assertFalse(one == other, "another seed is another patient");
  }

  @Test
  void aPointHasTheSameValueOnEveryGrid() {
    // Spacings and origins are exact in binary and below the partial-volume size: no tolerance.
    Grid axial =
        new Grid(
            70,
            50,
            12,
            new Vector3(-60, -50, -10),
            new Vector3(2, 0, 0),
            new Vector3(0, 2, 0),
            new Vector3(0, 0, 2));
    Grid sagittal =
        new Grid(
            50,
            12,
            70,
            new Vector3(78, -50, 12),
            new Vector3(0, 2, 0),
            new Vector3(0, 0, -2),
            new Vector3(-2, 0, 0));
    Phantom phantom = Phantom.ofSeed(11);
    PhantomCase a = phantom.sample(axial, 0, 2, Monitor.NONE);
    PhantomCase b = phantom.sample(sagittal, 0, 2, Monitor.NONE);
    assertTrue(a.pancreas().voxelCount() > 1000, "the grids show the pancreas");
    for (int z = 0; z < 12; z++) {
      for (int y = 0; y < 50; y++) {
        for (int x = 0; x < 70; x++) {
          assertEquals(a.ct().hu(x, y, z), b.ct().hu(y, 11 - z, 69 - x));
          assertEquals(a.pancreas().at(x, y, z), b.pancreas().at(y, 11 - z, 69 - x));
          Vector3 p = axial.toPatient(x, y, z);
          assertEquals((float) Math.rint(phantom.hu(p)), a.ct().hu(x, y, z), 0f);
          assertEquals(phantom.isPancreas(p), a.pancreas().at(x, y, z));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"LPS, 0", "LIP, 0", "PIR, 0", "RAI, 0", "LPS, 25"})
  void everyOrientationHoldsTheSamePancreas(String orientation, double oblique) {
    PhantomOptions options =
        PhantomOptions.of(3, 84, 84, 84, Orientation.parse(orientation))
            .withSpacingMm(2.2, 2.2, 2.2)
            .withObliqueDegrees(oblique);
    PhantomCase made = Phantom.generate(options.withNoiseHu(0), Monitor.NONE);
    assertEquals(Orientation.parse(orientation), Orientation.of(made.ct().grid()));
    double axialMl =
        Phantom.generate(
                PhantomOptions.axial(3, 84, 84, 84).withSpacingMm(2.2, 2.2, 2.2), Monitor.NONE)
            .pancreas()
            .volumeMl();
    // The same points on the straight grids; on the oblique one, other points: about 1 % of noise.
    assertEquals(axialMl, made.pancreas().volumeMl(), 0.01 * axialMl);
  }

  @ParameterizedTest
  @CsvSource({"2, 2, 2", "32, 32, 8", "33, 17, 5", "3, 200, 2"})
  void anySizeWorks(int columns, int rows, int slices) {
    PhantomCase made =
        Phantom.generate(PhantomOptions.axial(1, columns, rows, slices), Monitor.NONE);
    assertEquals(columns, made.ct().grid().nx());
    assertEquals(rows, made.ct().grid().ny());
    assertEquals(slices, made.ct().grid().nz());
    assertTrue(made.pancreas().grid().matches(made.ct().grid(), 0));
  }

  @Test
  void impossibleSizesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> PhantomOptions.axial(1, 0, 10, 10));
    PhantomOptions options = PhantomOptions.axial(1, 10, 10, 10);
    assertThrows(IllegalArgumentException.class, () -> options.withSpacingMm(0, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> options.withSpacingMm(Double.NaN, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> options.withObliqueDegrees(90));
    assertThrows(IllegalArgumentException.class, () -> options.withNoiseHu(-1));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, -1, Long.MAX_VALUE})
  void organsLieOnTheirSides(long seed) {
    Phantom phantom = Phantom.ofSeed(seed);
    Patient patient = Patient.draw(new SplittableRandom(seed));
    assertBetween(95, 135, median(phantom, patient, -70, 40, 50), "liver at the right");
    assertBetween(95, 145, median(phantom, patient, 104, 42, 38), "spleen at the left, behind");
    assertBetween(
        120, 320, median(phantom, patient, 0, 56, 17.5), "vertebra in the middle, behind");
    assertBetween(100, 190, median(phantom, patient, 6, 29, -25), "aorta left of the middle");
    assertBetween(95, 190, median(phantom, patient, -19, 30, -25), "vena cava right of it");
    assertBetween(-1000, -600, median(phantom, patient, 95, 20, 132), "lung at the top");
    assertBetween(20, 80, median(phantom, patient, -33, 88, 0), "muscles of the back");
    assertEquals(-1000, phantom.hu(new Vector3(0, -300, 0)), "air in front");
    assertTrue(
        gas(phantom, 20, 100) > 4 * gas(phantom, -100, -20), "the stomach's gas lies at the left");
    boolean table = false;
    for (double y = 100; y < 240; y += 0.5) {
      table |= phantom.hu(new Vector3(0, y, 0)) == Hu.TABLE_FOAM;
    }
    assertTrue(table, "the table lies behind the back");
  }

  @Test
  void pancreasesAreInOnePieceAndOfPlausibleSize() {
    double smallest = 1e9;
    double largest = 0;
    for (long seed = 0; seed < 50; seed++) {
      Mask mask = Phantom.ofSeed(seed).sample(AROUND_THE_PANCREAS, 0, 2, Monitor.NONE).pancreas();
      assertBetween(50, 120, mask.volumeMl(), "pancreas of seed " + seed + ", ml");
      assertEquals(mask.voxelCount(), largestPiece(mask), "pieces of seed " + seed);
      assertFalse(touchesEdge(mask), "the grid holds all of it, seed " + seed);
      smallest = Math.min(smallest, mask.volumeMl());
      largest = Math.max(largest, mask.volumeMl());
    }
    assertTrue(largest > 1.4 * smallest, "patients differ: " + smallest + " to " + largest);
  }

  @Test
  void thePancreasHasThePortalVenousValue() {
    for (long seed = 0; seed < 5; seed++) {
      PhantomCase made = Phantom.ofSeed(seed).sample(AROUND_THE_PANCREAS, 0, 2, Monitor.NONE);
      double sum = 0;
      for (int z = 0; z < AROUND_THE_PANCREAS.nz(); z++) {
        for (int y = 0; y < AROUND_THE_PANCREAS.ny(); y++) {
          for (int x = 0; x < AROUND_THE_PANCREAS.nx(); x++) {
            sum += made.pancreas().at(x, y, z) ? made.ct().hu(x, y, z) : 0;
          }
        }
      }
      assertBetween(70, 125, sum / made.pancreas().voxelCount(), "mean of seed " + seed);
    }
  }

  @Test
  void noiseIsAsStrongAsAskedAndGrainedWithinSlicesOnly() {
    Grid grid = Grid.axial(200, 200, 2, 1, 1, 1);
    float[] first = new ScanNoise(5, grid).slice(0);
    float[] second = new ScanNoise(5, grid).slice(1);
    double variance = 0;
    double neighbours = 0;
    double slices = 0;
    double sum = 0;
    for (int i = 0; i < first.length - 1; i++) {
      sum += first[i];
      variance += first[i] * first[i];
      neighbours += first[i] * first[i + 1];
      slices += first[i] * second[i];
    }
    // 40000 samples, correlated over some pixels: 3 % is several standard errors.
    assertEquals(1, variance / first.length, 0.03);
    assertEquals(0, sum / first.length, 0.03);
    assertTrue(neighbours / variance > 0.3, "neighbours " + neighbours / variance);
    assertEquals(0, slices / variance, 0.03);
  }

  @Test
  void itReportsProgressAndStopsWhenAsked() {
    AtomicLong last = new AtomicLong();
    Grid grid = PhantomOptions.axial(1, 8, 8, 6).grid();
    Phantom.ofSeed(1)
        .sample(
            grid,
            0,
            2,
            (stage, done, total) -> {
              assertEquals(Stage.GENERATE, stage);
              assertEquals(6, total);
              last.accumulateAndGet(done, Math::max);
            });
    assertEquals(6, last.get());
    Monitor cancelled =
        new Monitor() {
          @Override
          public void progress(Stage stage, long done, long total) {}

          @Override
          public boolean isCancelled() {
            return true;
          }
        };
    assertThrows(
        CancellationException.class, () -> Phantom.ofSeed(1).sample(grid, 0, 2, cancelled));
  }

  @Test
  void latticeNoiseIsSmoothAndBounded() {
    double[] values = new double[1000];
    for (int i = 0; i < values.length; i++) {
      values[i] = Lattice.smooth(3, i * 0.01 - 5, 0.3, -0.7);
      assertBetween(-1, 1, values[i], "value");
      if (i > 0) {
        // The blend's slope is at most 1.5 a cell, over a range of 2.
        assertEquals(values[i - 1], values[i], 0.031);
      }
    }
    assertTrue(Arrays.stream(values).max().getAsDouble() > 0.2);
    assertEquals(0, Lattice.wave(0), 1e-15);
    assertEquals(1, Lattice.wave(0.25), 1e-15);
    assertEquals(0, Lattice.wave(-0.5), 1e-15);
    assertEquals(-1, Lattice.wave(3.75), 1e-15);
  }

  private static void assertBetween(double low, double high, double value, String what) {
    assertTrue(low <= value && value <= high, what + ": " + value);
  }

  /** Of 27 points around a position in the standard body, 3 mm apart. */
  private static double median(Phantom phantom, Patient patient, double x, double y, double z) {
    double[] values = new double[27];
    for (int i = 0; i < 27; i++) {
      values[i] =
          phantom.hu(
              new Vector3(
                  x * patient.scaleX() + 3 * (i % 3 - 1),
                  y * patient.scaleY() + 3 * (i / 3 % 3 - 1),
                  z * patient.scaleZ() + 3 * (i / 9 - 1)));
    }
    Arrays.sort(values);
    return values[13];
  }

  private static int gas(Phantom phantom, double fromX, double toX) {
    int count = 0;
    for (double x = fromX; x < toX; x += 4) {
      for (double y = -75; y < 20; y += 4) {
        for (double z = 20; z < 70; z += 4) {
          count += phantom.hu(new Vector3(x, y, z)) < -900 ? 1 : 0;
        }
      }
    }
    return count;
  }

  private static boolean touchesEdge(Mask mask) {
    Grid grid = mask.grid();
    for (int z = 0; z < grid.nz(); z++) {
      for (int y = 0; y < grid.ny(); y++) {
        for (int x = 0; x < grid.nx(); x++) {
          boolean edge =
              x == 0
                  || y == 0
                  || z == 0
                  || x == grid.nx() - 1
                  || y == grid.ny() - 1
                  || z == grid.nz() - 1;
          if (edge && mask.at(x, y, z)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /** The size of the largest piece whose voxels share faces, edges or corners. */
  private static long largestPiece(Mask mask) {
    Grid grid = mask.grid();
    boolean[] seen = new boolean[(int) grid.voxelCount()];
    long largest = 0;
    for (int start = 0; start < seen.length; start++) {
      long size = 0;
      ArrayDeque<Integer> open = new ArrayDeque<>();
      open.add(start);
      while (!open.isEmpty()) {
        int i = open.poll();
        int x = i % grid.nx();
        int y = i / grid.nx() % grid.ny();
        int z = i / grid.sliceSize();
        if (seen[i] || !mask.at(x, y, z)) {
          continue;
        }
        seen[i] = true;
        size++;
        for (int n = 0; n < 27; n++) {
          int nx = x + n % 3 - 1;
          int ny = y + n / 3 % 3 - 1;
          int nz = z + n / 9 - 1;
          if (nx >= 0 && ny >= 0 && nz >= 0 && nx < grid.nx() && ny < grid.ny() && nz < grid.nz()) {
            open.add((nz * grid.ny() + ny) * grid.nx() + nx);
          }
        }
      }
      largest = Math.max(largest, size);
    }
    return largest;
  }

  private static long hash(PhantomCase made) {
    Grid grid = made.ct().grid();
    float[] hu = new float[grid.sliceSize()];
    byte[] mask = new byte[grid.sliceSize()];
    long hash = 17;
    for (int z = 0; z < grid.nz(); z++) {
      made.ct().readSlice(z, hu);
      made.pancreas().readSlice(z, mask);
      hash = hash * 31 + Arrays.hashCode(hu);
      hash = hash * 31 + Arrays.hashCode(mask);
    }
    return hash;
  }
}
