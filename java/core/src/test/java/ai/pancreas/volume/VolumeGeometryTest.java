package ai.pancreas.volume;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VolumeGeometryTest {
  /** Rounding of double arithmetic on coordinates of some hundred millimetres. */
  private static final double ROUNDING_MM = 1e-9;

  private static final Reorientation CHANGE = new Reorientation(2, true, 0, false, 1, true);

  static Stream<Grid> grids() {
    List<Grid> grids = new ArrayList<>();
    for (String code : TestGrids.codes()) {
      grids.add(TestGrids.grid(code, 0, 0, 0));
      grids.add(TestGrids.grid(code, 0.3, -0.25, 0.2));
    }
    grids.add(TestGrids.sheared());
    return grids.stream();
  }

  static Stream<Reorientation> reorientations() {
    return TestGrids.reorientations().stream();
  }

  @Test
  void thereAre48OrientationsAndReorientations() {
    assertEquals(48, new HashSet<>(TestGrids.codes()).size());
    assertEquals(48, new HashSet<>(TestGrids.reorientations()).size());
  }

  @Test
  void theOrientationOfAGridIsTheOneItWasMadeWith() {
    for (String code : TestGrids.codes()) {
      assertEquals(code, Orientation.of(TestGrids.grid(code, 0, 0, 0)).toString());
      assertEquals(code, Orientation.of(TestGrids.grid(code, 0.3, -0.25, 0.2)).toString());
    }
  }

  @ParameterizedTest
  @MethodSource("grids")
  void indexAndPatientPositionAreInverse(Grid grid) {
    Vector3 index = grid.toIndex(grid.toPatient(3.25, -1.5, 17));
    assertEquals(0, index.minus(new Vector3(3.25, -1.5, 17)).norm(), ROUNDING_MM);
  }

  @ParameterizedTest
  @MethodSource("reorientations")
  void aVoxelStaysWhereItIsInThePatient(Reorientation change) {
    for (Grid grid :
        List.of(
            TestGrids.grid("LPS", 0, 0, 0),
            TestGrids.grid("AIR", 0.3, -0.25, 0.2),
            TestGrids.sheared())) {
      CtVolume ct = TestGrids.marked(grid, VolumeSource.Format.SYNTHETIC);
      Mask mask = TestGrids.mask(grid);
      CtVolume turnedCt = ct.reoriented(change);
      Mask turnedMask = mask.reoriented(change);
      Grid turned = turnedCt.grid();
      assertEquals(turned, turnedMask.grid());
      assertEquals(grid.voxelVolumeMm3(), turned.voxelVolumeMm3(), ROUNDING_MM);
      assertEquals(mask.voxelCount(), turnedMask.voxelCount());
      float[] slice = new float[turned.sliceSize()];
      byte[] maskSlice = new byte[turned.sliceSize()];
      for (int z = 0; z < turned.nz(); z++) {
        turnedCt.readSlice(z, slice);
        turnedMask.readSlice(z, maskSlice);
        for (int y = 0; y < turned.ny(); y++) {
          for (int x = 0; x < turned.nx(); x++) {
            Vector3 original = grid.toIndex(turned.toPatient(x, y, z));
            int ox = (int) Math.rint(original.x());
            int oy = (int) Math.rint(original.y());
            int oz = (int) Math.rint(original.z());
            float hu = ct.hu(ox, oy, oz);
            assertEquals(hu, turnedCt.hu(x, y, z));
            assertEquals(hu, slice[y * turned.nx() + x]);
            assertEquals(mask.at(ox, oy, oz), turnedMask.at(x, y, z));
            assertEquals(mask.at(ox, oy, oz) ? 1 : 0, maskSlice[y * turned.nx() + x]);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("reorientations")
  void aChangeAndItsInverseChangeNothing(Reorientation change) {
    assertEquals(Reorientation.IDENTITY, change.then(change.inverse()));
    assertEquals(Reorientation.IDENTITY, change.inverse().then(change));
    Grid grid = TestGrids.grid("SRA", 0.3, -0.25, 0.2);
    assertTrue(grid.reoriented(change).reoriented(change.inverse()).matches(grid, ROUNDING_MM));
  }

  @ParameterizedTest
  @MethodSource("reorientations")
  void twoChangesOneAfterTheOtherAreTheirComposition(Reorientation first) {
    Grid grid = TestGrids.sheared();
    assertTrue(
        grid.reoriented(first)
            .reoriented(CHANGE)
            .matches(grid.reoriented(first.then(CHANGE)), ROUNDING_MM));
    CtVolume ct = TestGrids.marked(grid, VolumeSource.Format.SYNTHETIC);
    CtVolume twice = ct.reoriented(first).reoriented(CHANGE);
    CtVolume once = ct.reoriented(first.then(CHANGE));
    float[] a = new float[twice.grid().sliceSize()];
    float[] b = new float[a.length];
    for (int z = 0; z < twice.grid().nz(); z++) {
      twice.readSlice(z, a);
      once.readSlice(z, b);
      assertArrayEquals(a, b);
    }
  }

  @Test
  void everyOrientationCanBeTurnedToEveryOther() {
    for (String from : TestGrids.codes()) {
      CtVolume ct =
          TestGrids.marked(TestGrids.grid(from, 0.3, -0.25, 0.2), VolumeSource.Format.SYNTHETIC);
      for (String to : TestGrids.codes()) {
        CtVolume turned = ct.reorientedTo(Orientation.parse(to));
        assertEquals(to, Orientation.of(turned.grid()).toString());
      }
    }
  }

  @Test
  void onlyALeaningGridIsSheared() {
    assertTrue(TestGrids.sheared().isSheared());
    assertFalse(TestGrids.grid("PIR", 0.3, -0.25, 0.2).isSheared());
  }

  @Test
  void gridsMatchWhenEveryCornerDoes() {
    Grid grid = TestGrids.grid("LPS", 0, 0, 0);
    Grid shifted =
        new Grid(
            5,
            4,
            3,
            grid.origin().plus(new Vector3(0, 0.2, 0)),
            grid.stepX(),
            grid.stepY(),
            grid.stepZ());
    assertTrue(grid.matches(shifted, 0.21));
    assertFalse(grid.matches(shifted, 0.19));
    Grid longer =
        new Grid(5, 4, 3, grid.origin(), grid.stepX(), grid.stepY(), grid.stepZ().times(1.1));
    assertTrue(grid.matches(longer, 0.41));
    assertFalse(grid.matches(longer, 0.39));
    assertFalse(grid.matches(Grid.axial(5, 4, 4, 0.7, 0.9, 2), 1000));
  }

  @Test
  void impossibleGridsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Grid.axial(0, 1, 1, 1, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> Grid.axial(1, 1, 1, 1, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> Grid.axial(1, 1, 1, 1, Double.NaN, 1));
    assertThrows(IllegalArgumentException.class, () -> Grid.axial(50_000, 50_000, 1, 1, 1, 1));
  }

  @Test
  void aMaskHoldsOnlyZeroAndOne() {
    Grid grid = Grid.axial(2, 1, 1, 1, 1, 1);
    assertThrows(IllegalArgumentException.class, () -> new Mask(grid, List.of(new byte[] {0, 2})));
    assertThrows(IllegalArgumentException.class, () -> new Mask(grid, List.of(new byte[1])));
    assertEquals(1, new Mask(grid, List.of(new byte[] {0, 1})).voxelCount());
  }

  @Test
  void volumesAreInMillilitres() {
    Grid grid = Grid.axial(2, 1, 1, 10, 5, 2);
    assertEquals(0.2, new Mask(grid, List.of(new byte[] {1, 1})).volumeMl(), 1e-12);
  }

  @Test
  void storedNumbersAreRescaledSliceBySlice() {
    HuSlice whole = HuSlice.ofShorts(new short[] {-1024, 0, 32767}, 1, -1024);
    HuSlice scaled = HuSlice.ofShorts(new short[] {-1024, 0, 32767}, 0.5, 1.25);
    float[] out = new float[3];
    whole.read(out);
    assertArrayEquals(new float[] {-2048, -1024, 31743}, out);
    assertEquals(31743, whole.at(2));
    scaled.read(out);
    assertArrayEquals(new float[] {-510.75f, 1.25f, 16384.75f}, out);
    assertEquals(-510.75f, scaled.at(0));
  }
}
