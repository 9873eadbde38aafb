package ai.pancreas.volume;

import java.util.ArrayList;
import java.util.List;

/** Grids in all directions, for tests. */
public final class TestGrids {
  private TestGrids() {}

  /** The 48 ways to order and direct three axes. */
  public static List<Reorientation> reorientations() {
    int[][] permutations = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    List<Reorientation> all = new ArrayList<>();
    for (int[] p : permutations) {
      for (int flips = 0; flips < 8; flips++) {
        all.add(
            new Reorientation(
                p[0], (flips & 1) != 0, p[1], (flips & 2) != 0, p[2], (flips & 4) != 0));
      }
    }
    return all;
  }

  /** The 48 codes of orientations. */
  public static List<String> codes() {
    List<String> codes = new ArrayList<>();
    for (String x : "LRPASI".split("")) {
      for (String y : "LRPASI".split("")) {
        for (String z : "LRPASI".split("")) {
          if (axis(x) != axis(y) && axis(y) != axis(z) && axis(x) != axis(z)) {
            codes.add(x + y + z);
          }
        }
      }
    }
    return codes;
  }

  private static int axis(String letter) {
    return "LRPASI".indexOf(letter) / 2;
  }

  /**
   * A grid of 5 x 4 x 3 voxels of 0.7 x 0.9 x 2 mm whose index axes point to the sides that a code
   * names, all turned by three angles in radians about L, P and S.
   */
  public static Grid grid(String code, double aboutL, double aboutP, double aboutS) {
    Orientation orientation = Orientation.parse(code);
    double[] spacing = {0.7, 0.9, 2};
    Vector3[] steps = new Vector3[3];
    for (int i = 0; i < 3; i++) {
      double length = spacing[i] * orientation.direction(i).sign();
      int axis = orientation.direction(i).axis();
      steps[i] =
          rotate(
              new Vector3(axis == 0 ? length : 0, axis == 1 ? length : 0, axis == 2 ? length : 0),
              aboutL,
              aboutP,
              aboutS);
    }
    return new Grid(5, 4, 3, new Vector3(10.5, -20.25, 30), steps[0], steps[1], steps[2]);
  }

  private static Vector3 rotate(Vector3 v, double a, double b, double c) {
    Vector3 s =
        new Vector3(
            Math.cos(c) * v.x() - Math.sin(c) * v.y(),
            Math.sin(c) * v.x() + Math.cos(c) * v.y(),
            v.z());
    Vector3 p =
        new Vector3(
            Math.cos(b) * s.x() + Math.sin(b) * s.z(),
            s.y(),
            -Math.sin(b) * s.x() + Math.cos(b) * s.z());
    return new Vector3(
        p.x(),
        Math.cos(a) * p.y() - Math.sin(a) * p.z(),
        Math.sin(a) * p.y() + Math.cos(a) * p.z());
  }

  /** A grid whose slices are shifted against each other along y, as a tilted gantry does it. */
  public static Grid sheared() {
    return new Grid(
        5,
        4,
        3,
        new Vector3(-3, 7, 11),
        new Vector3(0.7, 0, 0),
        new Vector3(0, 0.9, 0),
        new Vector3(0, 0.6, 2));
  }

  /** A CT in which every voxel has a value of its own: -1000, -993, -986, ... */
  public static CtVolume marked(Grid grid, VolumeSource.Format format) {
    List<HuSlice> slices = new ArrayList<>();
    for (int z = 0; z < grid.nz(); z++) {
      short[] hu = new short[grid.sliceSize()];
      for (int i = 0; i < hu.length; i++) {
        hu[i] = (short) (-1000 + 7 * (z * hu.length + i));
      }
      slices.add(HuSlice.ofShorts(hu, 1, 0));
    }
    return new CtVolume(grid, slices, new VolumeSource(format, List.of()));
  }

  /** A mask without any symmetry. */
  public static Mask mask(Grid grid) {
    List<byte[]> slices = new ArrayList<>();
    for (int z = 0; z < grid.nz(); z++) {
      byte[] slice = new byte[grid.sliceSize()];
      for (int i = 0; i < slice.length; i++) {
        long k = (long) z * slice.length + i;
        slice[i] = (byte) ((k * k + 3 * k) % 7 < 2 ? 1 : 0);
      }
      slices.add(slice);
    }
    return new Mask(grid, slices);
  }
}
