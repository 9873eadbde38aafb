package ai.pancreas.phantom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.Monitor;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Mask;
import ai.pancreas.volume.Vector3;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LesionTest {
  private static final int SEEDS = 8;

  /** Voxels just below the size at which several points are averaged. */
  private static final Grid AROUND_THE_PANCREAS =
      new Grid(
          90,
          56,
          72,
          new Vector3(-78, -60, -76),
          new Vector3(2.2, 0, 0),
          new Vector3(0, 2.2, 0),
          new Vector3(0, 0, 2.2));

  /** The same patients with a lesion and without, without noise. */
  private static final List<PhantomCase> ILL = new ArrayList<>();

  private static final List<PhantomCase> HEALTHY = new ArrayList<>();

  @TempDir private Path folder;

  @BeforeAll
  static void make() {
    for (long seed = 0; seed < SEEDS; seed++) {
      ILL.add(Phantom.withLesion(seed).sample(AROUND_THE_PANCREAS, 0, 2, Monitor.NONE));
      HEALTHY.add(Phantom.ofSeed(seed).sample(AROUND_THE_PANCREAS, 0, 2, Monitor.NONE));
    }
  }

  /** Of HU and pancreas of all slices, computed before there were lesions. */
  @ParameterizedTest
  @CsvSource({"1, 303bbc8c", "2, 355411b9", "7, e8408ca3"})
  void withoutALesionNoBitHasChanged(long seed, String checksum) {
    PhantomCase made = Phantom.generate(PhantomOptions.axial(seed, 32, 32, 12), Monitor.NONE);

    assertEquals(checksum, checksum(made));
    assertEquals(Optional.empty(), made.lesion());
  }

  @Test
  void theSameSeedGivesTheSameLesionWithAnyNumberOfThreads() {
    PhantomOptions options = PhantomOptions.axial(3, 24, 24, 16).withLesion();
    PhantomCase one = Phantom.withLesion(3).sample(options.grid(), 11, 1, Monitor.NONE);
    PhantomCase three = Phantom.withLesion(3).sample(options.grid(), 11, 3, Monitor.NONE);

    assertEquals(checksum(one), checksum(three));
    assertEquals(checksum(one), checksum(Phantom.generate(options, Monitor.NONE)));
    assertEquals(one.lesion().get().voxelCount(), three.lesion().get().voxelCount());
    assertNotEquals(
        checksum(one),
        checksum(Phantom.ofSeed(3).sample(options.grid(), 11, 1, Monitor.NONE)),
        "a lesion changes the CT");
  }

  @Test
  void allButThePancreasIsTheSamePatient() {
    Grid grid = AROUND_THE_PANCREAS;
    PhantomCase ill = Phantom.withLesion(5).sample(grid, 11, 2, Monitor.NONE);
    PhantomCase healthy = Phantom.ofSeed(5).sample(grid, 11, 2, Monitor.NONE);
    int different = 0;
    for (int z = 0; z < grid.nz(); z++) {
      for (int y = 0; y < grid.ny(); y++) {
        for (int x = 0; x < grid.nx(); x++) {
          if (ill.ct().hu(x, y, z) != healthy.ct().hu(x, y, z)) {
            different++;
            assertTrue(
                near(ill.pancreas(), x, y, z) || near(healthy.pancreas(), x, y, z),
                "voxel " + x + " " + y + " " + z + " is far from the pancreas");
          }
        }
      }
    }
    assertTrue(different > 20, different + " voxels differ");
  }

  @Test
  void theLesionIsPartOfThePancreasAndClearlyDarker() {
    for (int seed = 0; seed < SEEDS; seed++) {
      PhantomCase ill = ILL.get(seed);
      Mask lesion = ill.lesion().get();
      List<Float> mass = new ArrayList<>();
      List<Float> gland = new ArrayList<>();
      for (int[] v : voxels(ill.pancreas())) {
        if (lesion.at(v[0], v[1], v[2])) {
          mass.add(ill.ct().hu(v[0], v[1], v[2]));
        } else if (HEALTHY.get(seed).pancreas().at(v[0], v[1], v[2])) {
          gland.add(HEALTHY.get(seed).ct().hu(v[0], v[1], v[2]));
        }
      }
      assertEquals(lesion.voxelCount(), mass.size(), "all of it is pancreas, seed " + seed);
      // The published mean is 39 +- 16 HU. Medians: the edges are soft.
      assertBetween(23, 60, median(gland) - median(mass), "darker by, seed " + seed);
      assertBetween(25, 90, median(mass), "no fluid, seed " + seed);
    }
  }

  @Test
  void sizesAndPlacesVary() {
    double smallest = 1e9;
    double largest = 0;
    int inHead = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      Mask lesion = ILL.get(seed).lesion().get();
      double diameter = Math.cbrt(6000 / Math.PI * lesion.volumeMl());
      // A patient is up to 13 % smaller or larger than the standard body; lobules add 1 mm.
      assertBetween(13, 40, diameter, "diameter of seed " + seed + ", mm");
      smallest = Math.min(smallest, diameter);
      largest = Math.max(largest, diameter);
      inHead += centreX(lesion) < -10 ? 1 : 0;
    }
    assertTrue(smallest < 22 && largest > 29, smallest + " to " + largest + " mm");
    assertBetween(2, SEEDS - 2, inHead, "lesions in the head");
  }

  @Test
  void theDuctIsDilatedUpstreamAndNowhereElse() {
    for (int seed = 0; seed < SEEDS; seed++) {
      double lesionX = centreX(ILL.get(seed).lesion().get());
      double[] duct = fluidX(ILL.get(seed));
      assertTrue(duct.length >= 15, duct.length + " voxels of fluid, seed " + seed);
      // From the head to the tail the gland runs to the left, but for the widest duct.
      assertTrue(duct[0] > lesionX - 5, "from " + duct[0] + ", lesion at " + lesionX);
      double tail = HEALTHY.get(seed).pancreas().grid().toPatient(lastX(seed), 0, 0).x();
      assertBetween(tail - 45, tail, duct[duct.length - 1], "end of the duct, seed " + seed);
      assertEquals(0, fluidX(HEALTHY.get(seed)).length, "a healthy duct is thin, seed " + seed);
    }
  }

  @Test
  void theSeriesOfBothHaveTheirOwnIdentifiers() throws Exception {
    PhantomOptions options = PhantomOptions.axial(4, 16, 16, 2);
    PhantomCase healthy = Phantom.generate(options, Monitor.NONE);
    new PhantomWriter(healthy.ct(), 4, SeriesLayout.USUAL).write(folder.resolve("a"), Monitor.NONE);
    PhantomWriter.of(healthy, 4, SeriesLayout.USUAL).write(folder.resolve("b"), Monitor.NONE);
    PhantomWriter.of(Phantom.generate(options.withLesion(), Monitor.NONE), 4, SeriesLayout.USUAL)
        .write(folder.resolve("c"), Monitor.NONE);

    Path first = folder.resolve("a/IM00001.dcm");
    assertEquals(-1, Files.mismatch(first, folder.resolve("b/IM00001.dcm")));
    byte[] meta = Arrays.copyOfRange(Files.readAllBytes(first), 132, 330);
    byte[] ofLesion =
        Arrays.copyOfRange(Files.readAllBytes(folder.resolve("c/IM00001.dcm")), 132, 330);
    assertFalse(Arrays.equals(meta, ofLesion), "the SOP Instance UIDs differ");
  }

  /** The x of voxels that hold only fluid and lie within the gland, sorted, LPS, mm. */
  private static double[] fluidX(PhantomCase made) {
    return voxels(made.pancreas()).stream()
        .filter(v -> isWithin(made.pancreas(), v) && made.ct().hu(v[0], v[1], v[2]) < 22)
        .filter(v -> made.ct().hu(v[0], v[1], v[2]) > 0)
        .mapToDouble(v -> made.ct().grid().toPatient(v[0], v[1], v[2]).x())
        .sorted()
        .toArray();
  }

  private static boolean isWithin(Mask mask, int[] v) {
    return mask.at(v[0] - 1, v[1], v[2])
        && mask.at(v[0] + 1, v[1], v[2])
        && mask.at(v[0], v[1] - 1, v[2])
        && mask.at(v[0], v[1] + 1, v[2])
        && mask.at(v[0], v[1], v[2] - 1)
        && mask.at(v[0], v[1], v[2] + 1);
  }

  private static boolean near(Mask mask, int x, int y, int z) {
    Grid grid = mask.grid();
    for (int n = 0; n < 27; n++) {
      int nx = Math.max(0, Math.min(grid.nx() - 1, x + n % 3 - 1));
      int ny = Math.max(0, Math.min(grid.ny() - 1, y + n / 3 % 3 - 1));
      int nz = Math.max(0, Math.min(grid.nz() - 1, z + n / 9 - 1));
      if (mask.at(nx, ny, nz)) {
        return true;
      }
    }
    return false;
  }

  private static int lastX(int seed) {
    return voxels(HEALTHY.get(seed).pancreas()).stream().mapToInt(v -> v[0]).max().getAsInt();
  }

  private static double centreX(Mask mask) {
    return voxels(mask).stream()
        .mapToDouble(v -> mask.grid().toPatient(v[0], v[1], v[2]).x())
        .average()
        .getAsDouble();
  }

  private static List<int[]> voxels(Mask mask) {
    Grid grid = mask.grid();
    List<int[]> voxels = new ArrayList<>();
    for (int z = 0; z < grid.nz(); z++) {
      for (int y = 0; y < grid.ny(); y++) {
        for (int x = 0; x < grid.nx(); x++) {
          if (mask.at(x, y, z)) {
            voxels.add(new int[] {x, y, z});
          }
        }
      }
    }
    return voxels;
  }

  private static double median(List<Float> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().get();
  }

  private static void assertBetween(double low, double high, double value, String what) {
    assertTrue(low <= value && value <= high, what + ": " + value);
  }

  private static String checksum(PhantomCase made) {
    Grid grid = made.ct().grid();
    CRC32C checksum = new CRC32C();
    float[] hu = new float[grid.sliceSize()];
    byte[] mask = new byte[grid.sliceSize()];
    ByteBuffer bytes = ByteBuffer.allocate(2 * grid.sliceSize());
    for (int z = 0; z < grid.nz(); z++) {
      made.ct().readSlice(z, hu);
      made.pancreas().readSlice(z, mask);
      bytes.clear();
      for (float value : hu) {
        bytes.putShort((short) value);
      }
      checksum.update(bytes.array());
      checksum.update(mask);
    }
    return Long.toHexString(checksum.getValue());
  }
}
