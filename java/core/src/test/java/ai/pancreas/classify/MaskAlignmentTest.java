package ai.pancreas.classify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.model.RegionPreprocessing;
import ai.pancreas.model.RegionPreprocessing.Corrected;
import ai.pancreas.model.RegionPreprocessing.Reference;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.LabelMask;
import ai.pancreas.volume.Mask;
import ai.pancreas.volume.Reorientation;
import ai.pancreas.volume.TestGrids;
import ai.pancreas.volume.Vector3;
import ai.pancreas.volume.VolumeSource.Format;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MaskAlignmentTest {
  private static final Grid GRID = Grid.axial(24, 20, 16, 0.7, 0.8, 2);
  private static final CtVolume CT = Cases.ct(GRID);
  private static final Mask BLOB = Cases.mask(GRID, Cases::blob);
  private static final Corrected CORRECTED = new Corrected(0.9);

  @Test
  void aMaskInAnyOrientationLiesInTheSamePlace() {
    for (var change : TestGrids.reorientations()) {
      assertSame(BLOB, align(CT, BLOB.reoriented(change)), change.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void aFinerMaskGivesTheSameVoxelsInEveryOrientation(int factor) {
    Mask finer = finer(BLOB, factor);
    for (var change : TestGrids.reorientations()) {
      assertSame(BLOB, align(CT, finer.reoriented(change)), change.toString());
    }
  }

  @Test
  void aCoarseMaskAndItsFinerCopyGiveTheSameVoxels() {
    Mask coarse = coarse();
    Mask expected = align(CT, coarse);
    assertTrue(expected.voxelCount() > 50, "there is something to compare");
    assertSame(expected, align(CT, finer(coarse, 2)), "twice as fine");
    assertSame(expected, align(CT, finer(coarse, 5)), "five times as fine");
  }

  @Test
  void voxelsOnABorderOfACoarseMaskGoTheSameWayInEveryOrientation() {
    // Every second voxel, as strided arrays have it: centres of others lie on the borders.
    Grid strided =
        new Grid(
            12,
            10,
            8,
            GRID.origin(),
            GRID.stepX().times(2),
            GRID.stepY().times(2),
            GRID.stepZ().times(2));
    Mask mask = Cases.mask(strided, (x, y, z) -> Cases.blob(2 * x, 2 * y, 2 * z));
    Mask expected = align(CT, mask);
    for (var change : TestGrids.reorientations()) {
      assertSame(expected, align(CT, mask.reoriented(change)), change.toString());
      CtVolume turned = CT.reoriented(change);
      assertSame(expected.reoriented(change), align(turned, mask), "CT " + change);
    }
  }

  @Test
  void anObliqueMaskIsTakenVoxelByVoxelFromItsNearest() {
    Grid oblique = TestGrids.grid("PLS", 0.2, -0.3, 0.4);
    Vector3 middle = GRID.toPatient(12.1, 10.2, 7.9);
    Grid around =
        new Grid(
            5,
            4,
            3,
            middle.minus(oblique.toPatient(2, 1.5, 1).minus(oblique.origin())),
            oblique.stepX(),
            oblique.stepY(),
            oblique.stepZ());
    Mask mask = TestGrids.mask(around);

    Mask aligned = align(CT, mask);

    assertTrue(aligned.voxelCount() > 3, "there is something to compare");
    for (int z = 0; z < GRID.nz(); z++) {
      for (int y = 0; y < GRID.ny(); y++) {
        for (int x = 0; x < GRID.nx(); x++) {
          Vector3 index = around.toIndex(GRID.toPatient(x, y, z));
          long i = Math.round(index.x());
          long j = Math.round(index.y());
          long k = Math.round(index.z());
          boolean within = i >= 0 && i < 5 && j >= 0 && j < 4 && k >= 0 && k < 3;
          assertEquals(within && mask.at((int) i, (int) j, (int) k), aligned.at(x, y, z));
        }
      }
    }
  }

  @Test
  void aMaskElsewhereIsRefusedWithBothPlaces() {
    Mask far = moved(BLOB, new Vector3(0, 0, 500));
    refused(() -> align(CT, far), "do not overlap", "head 5", "head -1 to 31 mm");
  }

  @Test
  void aMaskOfWhichLessThanHalfLiesWithinTheCtIsRefused() {
    Mask mostlyOutside = moved(BLOB, new Vector3(0, 0, 17));
    refused(() -> align(CT, mostlyOutside), "% of the mask lie within the CT", "mm");
  }

  @Test
  void aMaskOfWhichMostLiesWithinTheCtIsTaken() {
    Mask partlyOutside = moved(BLOB, new Vector3(0, 0, 13));
    Mask aligned = align(CT, partlyOutside);
    assertTrue(aligned.voxelCount() < BLOB.voxelCount());
    assertTrue(MaskStatistics.of(CT, aligned).touchesBorder());
  }

  @Test
  void anEmptyMaskIsRefused() {
    refused(() -> align(CT, Cases.mask(GRID, (x, y, z) -> false)), "empty");
  }

  @Test
  void aMaskBetweenTheVoxelsOfTheCtIsRefused() {
    Grid tiny =
        new Grid(
            1,
            1,
            1,
            GRID.toPatient(10.5, 10.5, 10.5),
            new Vector3(0.01, 0, 0),
            new Vector3(0, 0.01, 0),
            new Vector3(0, 0, 0.01));
    refused(() -> align(CT, Cases.mask(tiny, (x, y, z) -> true)), "no voxel of the CT");
  }

  @Test
  void aMaskThatDoesNotSayWhereItLiesIsRefused() {
    LabelMask unplaced = new LabelMask(BLOB, new TreeMap<>(), false);
    refused(
        () -> MaskAlignment.byGeometry(CT, unplaced, 1, Monitor.NONE),
        "does not say where",
        "--mask-mode index");
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void aMaskInTheOrderOfItsFileIsFoundByIndex(Format format) {
    for (var change : TestGrids.reorientations()) {
      CtVolume ct = Cases.ct(GRID.reoriented(change), format);
      Mask mask = BLOB.reoriented(change);
      Mask file = MaskAlignment.inFileOrder(ct, mask);
      assertSame(mask, MaskAlignment.byIndex(ct, file, CORRECTED), change.toString());
    }
  }

  @Test
  void theReferenceTakesTheFilesFirstIndexAsTheRow() {
    Grid grid = Grid.axial(6, 6, 4, 1, 1, 1);
    Mask file = Cases.mask(grid, (i, j, k) -> i == 1 && j == 3 && k == 2);

    Mask mask = MaskAlignment.byIndex(Cases.ct(grid), file, new Reference());

    assertEquals(1, mask.voxelCount());
    assertTrue(mask.at(3, 1, 2), "column 3, row 1, slice 2");
  }

  @Test
  void theReferenceOrdersSlicesByZ() {
    Grid headFirst = Grid.axial(6, 6, 4, 1, 1, 1);
    Grid feetFirst = headFirst.reoriented(Reorientation.flips(false, false, true));
    Mask file = Cases.mask(headFirst, (i, j, k) -> i == 1 && j == 3 && k == 0);

    Mask mask = MaskAlignment.byIndex(Cases.ct(feetFirst), file, new Reference());

    assertTrue(mask.at(3, 1, 3), "the lowest slice is the last");
  }

  @Test
  void anArrayThatDoesNotFitIsRefused() {
    Mask other = Cases.mask(Grid.axial(20, 24, 16, 1, 1, 1), Cases::blob);
    assertEquals(
        other.voxelCount(), MaskAlignment.byIndex(CT, other, new Reference()).voxelCount());
    for (RegionPreprocessing each : new RegionPreprocessing[] {CORRECTED, new Reference()}) {
      Mask thick = Cases.mask(Grid.axial(24, 20, 17, 1, 1, 1), Cases::blob);
      refused(
          () -> MaskAlignment.byIndex(CT, thick, each),
          "x 17 voxels",
          "24 x 20 x 16",
          "--mask-mode geometry");
    }
  }

  private static Mask align(CtVolume ct, Mask mask) {
    return MaskAlignment.byGeometry(ct, Cases.placed(mask), 2, Monitor.NONE);
  }

  /** Half the CT's resolution, its voxels made of 2 x 2 x 2 of the CT's. */
  private static Mask coarse() {
    Grid grid =
        new Grid(
            12,
            10,
            8,
            GRID.toPatient(0.5, 0.5, 0.5),
            GRID.stepX().times(2),
            GRID.stepY().times(2),
            GRID.stepZ().times(2));
    return Cases.mask(grid, (x, y, z) -> Cases.blob(2 * x, 2 * y, 2 * z));
  }

  /** Each voxel as factor^3 smaller ones in its place. */
  private static Mask finer(Mask mask, int factor) {
    Grid grid = mask.grid();
    double first = 0.5 / factor - 0.5;
    Grid fine =
        new Grid(
            grid.nx() * factor,
            grid.ny() * factor,
            grid.nz() * factor,
            grid.toPatient(first, first, first),
            grid.stepX().times(1.0 / factor),
            grid.stepY().times(1.0 / factor),
            grid.stepZ().times(1.0 / factor));
    return Cases.mask(fine, (x, y, z) -> mask.at(x / factor, y / factor, z / factor));
  }

  private static Mask moved(Mask mask, Vector3 by) {
    Grid grid = mask.grid();
    return mask.withGrid(
        new Grid(
            grid.nx(),
            grid.ny(),
            grid.nz(),
            grid.origin().plus(by),
            grid.stepX(),
            grid.stepY(),
            grid.stepZ()));
  }

  private static void assertSame(Mask expected, Mask actual, String message) {
    assertEquals(expected.voxelCount(), actual.voxelCount(), message);
    byte[] one = new byte[expected.grid().sliceSize()];
    byte[] other = new byte[one.length];
    for (int z = 0; z < expected.grid().nz(); z++) {
      expected.readSlice(z, one);
      actual.readSlice(z, other);
      assertArrayEquals(one, other, message);
    }
  }

  private static void refused(Runnable work, String... words) {
    PancreasException e = assertThrows(PancreasException.class, work::run);
    assertEquals(ErrorCode.BAD_DATA, e.code());
    for (String word : words) {
      assertTrue(e.getMessage().contains(word), e.getMessage());
    }
  }
}
