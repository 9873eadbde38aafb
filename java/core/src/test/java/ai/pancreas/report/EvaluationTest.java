package ai.pancreas.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.nifti.NiftiLayout;
import ai.pancreas.nifti.NiftiWriter;
import ai.pancreas.report.MaskComparison.Alignment;
import ai.pancreas.testing.Program;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Mask;
import ai.pancreas.volume.Reorientation;
import ai.pancreas.volume.TestGrids;
import ai.pancreas.volume.Vector3;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationTest {
  /** Distances are kept as float32. */
  private static final double ROUNDING_MM = 1e-5;

  private static final Grid GRID = Grid.axial(24, 20, 16, 0.7, 0.9, 2.5);

  private interface Shape {
    boolean contains(int x, int y, int z);
  }

  private static Mask mask(Grid grid, Shape shape) {
    List<byte[]> slices = new ArrayList<>();
    for (int z = 0; z < grid.nz(); z++) {
      byte[] slice = new byte[grid.sliceSize()];
      for (int i = 0; i < slice.length; i++) {
        slice[i] = (byte) (shape.contains(i % grid.nx(), i / grid.nx(), z) ? 1 : 0);
      }
      slices.add(slice);
    }
    return new Mask(grid, slices);
  }

  private static Mask box(Grid grid, int x0, int x1, int y0, int y1, int z0, int z1) {
    return mask(grid, (x, y, z) -> x >= x0 && x < x1 && y >= y0 && y < y1 && z >= z0 && z < z1);
  }

  /** A lump that touches the border of the grid, with holes. */
  private static Mask lump(Grid grid, long seed, double density) {
    Random random = new Random(seed);
    return mask(grid, (x, y, z) -> x + y + 2 * z < 30 && random.nextDouble() < density);
  }

  @Test
  void equalMasksAgreeCompletely() {
    Mask mask = box(GRID, 3, 9, 4, 10, 2, 8);
    MaskComparison found = Evaluation.of(mask, mask);
    assertEquals(
        new MaskComparison(
            1, 1, 1, 0, 0, mask.volumeMl(), mask.volumeMl(), Alignment.SAME_GRID, List.of()),
        found);
    assertEquals(6 * 6 * 6 * 0.7 * 0.9 * 2.5 / 1000, found.truthMl(), 1e-12);
  }

  @Test
  void overlapIsCounted() {
    // 6 x 6 x 6 against 6 x 6 x 12 voxels, of which 6 x 3 x 6 are common.
    MaskComparison found =
        Evaluation.of(box(GRID, 3, 9, 4, 10, 2, 8), box(GRID, 3, 9, 7, 13, 2, 14));
    assertEquals(2 * 108.0 / (216 + 432), found.dice(), 1e-12);
    assertEquals(0.5, found.precision(), 1e-12);
    assertEquals(0.25, found.recall(), 1e-12);
  }

  @Test
  void distancesAreInMillimetresAlongEachAxis() {
    Mask voxel = box(GRID, 5, 6, 5, 6, 5, 6);
    assertDistances(1.4, Evaluation.of(voxel, box(GRID, 7, 8, 5, 6, 5, 6)));
    assertDistances(1.8, Evaluation.of(voxel, box(GRID, 5, 6, 7, 8, 5, 6)));
    assertDistances(5.0, Evaluation.of(box(GRID, 5, 6, 5, 6, 7, 8), voxel));
    assertDistances(
        Math.sqrt(1.4 * 1.4 + 1.8 * 1.8 + 25), Evaluation.of(voxel, box(GRID, 7, 8, 7, 8, 7, 8)));
  }

  private static void assertDistances(double mm, MaskComparison found) {
    assertEquals(mm, found.hausdorff95Mm(), ROUNDING_MM);
    assertEquals(mm, found.averageSurfaceDistanceMm(), ROUNDING_MM);
  }

  @Test
  void theLargerDirectionDecides() {
    // A plate and the same plate with one voxel far off: 101 distances from it, one of 9 mm.
    Grid grid = Grid.axial(10, 10, 20, 1, 1, 1);
    Mask plate = box(grid, 0, 10, 0, 10, 0, 1);
    Mask withSpot = mask(grid, (x, y, z) -> z == 0 || z == 9 && x == 5 && y == 5);
    MaskComparison found = Evaluation.of(withSpot, plate);
    assertEquals(0, found.hausdorff95Mm(), ROUNDING_MM);
    assertEquals(9.0 / 201, found.averageSurfaceDistanceMm(), ROUNDING_MM);
    // 12 of 112 voxels far off: more than 5 %.
    Mask withBar = mask(grid, (x, y, z) -> z == 0 || z >= 8 && x == 5 && y == 5);
    assertEquals(
        quantile(withBarDistances(), 0.95),
        Evaluation.of(withBar, plate).hausdorff95Mm(),
        ROUNDING_MM);
    assertEquals(
        Evaluation.of(withBar, plate).hausdorff95Mm(),
        Evaluation.of(plate, withBar).hausdorff95Mm());
  }

  private static double[] withBarDistances() {
    double[] distances = new double[112];
    for (int i = 0; i < 12; i++) {
      distances[100 + i] = 8 + i;
    }
    return distances;
  }

  @Test
  void distancesAreThoseOfAllPairs() {
    for (double density : new double[] {0.02, 0.3, 0.97}) {
      for (int seed = 1; seed < 4; seed++) {
        Mask a = lump(GRID, seed, density);
        Mask b = lump(GRID, seed + 100, 1 - density);
        double[] fromA = allPairs(surface(a), surface(b));
        double[] fromB = allPairs(surface(b), surface(a));
        MaskComparison found = Evaluation.of(a, b);
        assertEquals(
            Math.max(quantile(fromA, 0.95), quantile(fromB, 0.95)),
            found.hausdorff95Mm(),
            ROUNDING_MM);
        assertEquals(
            (Arrays.stream(fromA).sum() + Arrays.stream(fromB).sum())
                / (fromA.length + fromB.length),
            found.averageSurfaceDistanceMm(),
            ROUNDING_MM);
      }
    }
  }

  private static List<Vector3> surface(Mask mask) {
    Grid grid = mask.grid();
    int[][] neighbours = {{1, 0, 0}, {-1, 0, 0}, {0, 1, 0}, {0, -1, 0}, {0, 0, 1}, {0, 0, -1}};
    List<Vector3> surface = new ArrayList<>();
    for (int z = 0; z < grid.nz(); z++) {
      for (int y = 0; y < grid.ny(); y++) {
        for (int x = 0; x < grid.nx(); x++) {
          boolean outside = false;
          for (int[] n : neighbours) {
            int i = x + n[0];
            int j = y + n[1];
            int k = z + n[2];
            outside |=
                Math.min(i, Math.min(j, k)) < 0
                    || i >= grid.nx()
                    || j >= grid.ny()
                    || k >= grid.nz()
                    || !mask.at(i, j, k);
          }
          if (outside && mask.at(x, y, z)) {
            surface.add(grid.toPatient(x, y, z));
          }
        }
      }
    }
    return surface;
  }

  private static double[] allPairs(List<Vector3> from, List<Vector3> to) {
    return from.stream()
        .mapToDouble(a -> to.stream().mapToDouble(b -> a.minus(b).norm()).min().orElseThrow())
        .sorted()
        .toArray();
  }

  private static double quantile(double[] ascending, double quantile) {
    double rank = quantile * (ascending.length - 1);
    int below = (int) Math.floor(rank);
    int above = (int) Math.ceil(rank);
    return ascending[below] * (above == below ? 1 : above - rank)
        + (above == below ? 0 : ascending[above] * (rank - below));
  }

  @Test
  void scipyFindsTheSameDistances(@TempDir Path folder) {
    Program.assumePython("nibabel, scipy.ndimage");
    Grid grid = Grid.axial(40, 33, 21, 0.78, 0.78, 2.5);
    Mask a =
        mask(grid, (x, y, z) -> sq(x - 18) + sq(y - 15) + 9 * sq(z - 9) < 170 + 30 * Math.sin(x));
    Mask b = mask(grid, (x, y, z) -> sq(x - 21) + sq(y - 14) + 9 * sq(z - 10) < 190);
    Path fileA = folder.resolve("a.nii.gz");
    Path fileB = folder.resolve("b.nii.gz");
    NiftiWriter.writeMask(fileA, a, NiftiLayout.SAME, "");
    NiftiWriter.writeMask(fileB, b, NiftiLayout.SAME, "");
    String[] numbers =
        Program.python(
                """
                import sys, numpy as np, nibabel as nib
                from scipy import ndimage as nd
                p, t = (nib.load(f) for f in sys.argv[1:])
                mm = p.header.get_zooms()
                p, t = (np.asarray(i.dataobj) > 0 for i in (p, t))
                edge = lambda m: m & ~nd.binary_erosion(m)
                to = lambda m: nd.distance_transform_edt(~edge(m), sampling=mm)
                d, e = to(t)[edge(p)], to(p)[edge(t)]
                print(2 * (p & t).sum() / (p.sum() + t.sum()))
                print(max(np.percentile(d, 95), np.percentile(e, 95)), np.r_[d, e].mean())
                """,
                fileA,
                fileB)
            .strip()
            .split("\\s+");
    MaskComparison found = Evaluation.of(a, b);
    assertEquals(Double.parseDouble(numbers[0]), found.dice(), 1e-12);
    // The spacing of the files is float32.
    assertEquals(Double.parseDouble(numbers[1]), found.hausdorff95Mm(), ROUNDING_MM);
    assertEquals(Double.parseDouble(numbers[2]), found.averageSurfaceDistanceMm(), ROUNDING_MM);
    assertTrue(found.hausdorff95Mm() > 2);
  }

  private static double sq(double value) {
    return value * value;
  }

  @Test
  void emptyMasksGiveWhatIsDefined() {
    Mask empty = box(GRID, 0, 0, 0, 0, 0, 0);
    Mask full = box(GRID, 3, 9, 4, 10, 2, 8);
    assertNumbers(Double.NaN, Double.NaN, Double.NaN, Evaluation.of(empty, empty));
    assertNumbers(0, Double.NaN, 0, Evaluation.of(empty, full));
    assertNumbers(0, 0, Double.NaN, Evaluation.of(full, empty));
  }

  private static void assertNumbers(
      double dice, double precision, double recall, MaskComparison found) {
    assertEquals(dice, found.dice());
    assertEquals(precision, found.precision());
    assertEquals(recall, found.recall());
    assertEquals(Double.NaN, found.hausdorff95Mm());
    assertEquals(Double.NaN, found.averageSurfaceDistanceMm());
  }

  @Test
  void theOrderAndDirectionOfAxesDoNotMatter() {
    Grid oblique = TestGrids.grid("PIR", 0.3, -0.25, 0.2);
    Grid grid =
        new Grid(12, 10, 8, oblique.origin(), oblique.stepX(), oblique.stepY(), oblique.stepZ());
    Mask a = lump(grid, 1, 0.4);
    Mask b = lump(grid, 2, 0.4);
    MaskComparison expected = Evaluation.of(a, b);
    assertTrue(expected.dice() > 0.2 && expected.hausdorff95Mm() > 0);
    for (Reorientation change : TestGrids.reorientations()) {
      MaskComparison found = Evaluation.of(a.reoriented(change), b);
      boolean same = change.equals(Reorientation.IDENTITY);
      assertEquals(same ? Alignment.SAME_GRID : Alignment.SAME_VOXELS, found.alignment());
      assertEquals(expected.dice(), found.dice());
      assertEquals(expected.hausdorff95Mm(), found.hausdorff95Mm());
      assertEquals(expected.averageSurfaceDistanceMm(), found.averageSurfaceDistanceMm());
    }
  }

  @Test
  void anotherGridIsResampledAndSaidSo() {
    // The same cuboid of 4 x 4 x 4 mm, on voxels of 1 mm and of 2 mm.
    Mask fine = box(Grid.axial(12, 12, 12, 1, 1, 1), 4, 8, 4, 8, 4, 8);
    Grid coarseGrid =
        new Grid(
            6,
            6,
            6,
            new Vector3(0.5, 0.5, 0.5),
            new Vector3(2, 0, 0),
            new Vector3(0, 2, 0),
            new Vector3(0, 0, 2));
    Mask coarse = box(coarseGrid, 2, 4, 2, 4, 2, 4);
    for (MaskComparison found : List.of(Evaluation.of(coarse, fine), Evaluation.of(fine, coarse))) {
      assertEquals(Alignment.RESAMPLED, found.alignment());
      assertEquals(1, found.dice());
      assertEquals(0, found.hausdorff95Mm());
      assertEquals(0.064, found.predictionMl(), 1e-12);
      assertEquals(1, found.warnings().size());
    }
  }

  @Test
  void masksOfDifferentPlacesAreRefused() {
    Grid far =
        new Grid(24, 20, 16, new Vector3(500, 0, 0), GRID.stepX(), GRID.stepY(), GRID.stepZ());
    PancreasException e =
        assertThrows(
            PancreasException.class,
            () -> Evaluation.of(box(far, 3, 9, 4, 10, 2, 8), box(GRID, 3, 9, 4, 10, 2, 8)));
    assertEquals(ErrorCode.BAD_DATA, e.code());
  }

  @Test
  void aShearedGridHasDiceButNoDistances() {
    Mask mask = TestGrids.mask(TestGrids.sheared());
    MaskComparison found = Evaluation.of(mask, mask);
    assertEquals(1, found.dice());
    assertEquals(Double.NaN, found.hausdorff95Mm());
    assertEquals(List.of("no surface distances: the grid is sheared"), found.warnings());
  }

  @Test
  void aSummaryLeavesOutWhatIsNotDefined() {
    Mask empty = box(GRID, 0, 0, 0, 0, 0, 0);
    Mask full = box(GRID, 3, 9, 4, 10, 2, 8);
    Mask half = box(GRID, 3, 9, 4, 7, 2, 8);
    EvaluationSummary summary =
        EvaluationSummary.of(
            List.of(
                Evaluation.of(full, full), Evaluation.of(half, full), Evaluation.of(empty, empty)));
    assertEquals(3, summary.cases());
    assertEquals(2, summary.dice().count());
    assertEquals((1 + 2 / 3.0) / 2, summary.dice().mean(), 1e-12);
    assertEquals((1 - 2 / 3.0) / Math.sqrt(2), summary.dice().sd(), 1e-12);
    assertEquals(2 / 3.0, summary.dice().min(), 1e-12);
    assertEquals(1, summary.dice().max());
    assertEquals(3, summary.truthMl().count());
    EvaluationSummary one = EvaluationSummary.of(List.of(Evaluation.of(empty, full)));
    assertEquals(0, one.dice().mean());
    assertEquals(Double.NaN, one.dice().sd());
    assertEquals(0, one.hausdorff95Mm().count());
    assertArrayEquals(
        new double[] {Double.NaN, Double.NaN},
        new double[] {one.hausdorff95Mm().mean(), one.hausdorff95Mm().max()});
  }
}
