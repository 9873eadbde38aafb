package ai.pancreas.classify;

import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.HuSlice;
import ai.pancreas.volume.LabelMask;
import ai.pancreas.volume.Mask;
import ai.pancreas.volume.VolumeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** CTs and masks without any symmetry, for tests. */
final class Cases {
  /** Says for each voxel whether it is inside. */
  interface Shape {
    boolean contains(int x, int y, int z);
  }

  private Cases() {}

  /** A CT in which neighbours differ along every axis, from -1009 to 1397 HU. */
  static CtVolume ct(Grid grid, VolumeSource.Format format) {
    List<HuSlice> slices = new ArrayList<>();
    for (int z = 0; z < grid.nz(); z++) {
      short[] hu = new short[grid.sliceSize()];
      for (int y = 0; y < grid.ny(); y++) {
        for (int x = 0; x < grid.nx(); x++) {
          hu[y * grid.nx() + x] = (short) ((x * 37 + y * 101 + z * 211 + x * y * 13) % 2407 - 1009);
        }
      }
      slices.add(HuSlice.ofShorts(hu, 1, 0));
    }
    return new CtVolume(grid, slices, new VolumeSource(format, List.of()));
  }

  static CtVolume ct(Grid grid) {
    return ct(grid, VolumeSource.Format.DICOM);
  }

  static Mask mask(Grid grid, Shape shape) {
    List<byte[]> slices = new ArrayList<>();
    for (int z = 0; z < grid.nz(); z++) {
      byte[] slice = new byte[grid.sliceSize()];
      for (int y = 0; y < grid.ny(); y++) {
        for (int x = 0; x < grid.nx(); x++) {
          slice[y * grid.nx() + x] = (byte) (shape.contains(x, y, z) ? 1 : 0);
        }
      }
      slices.add(slice);
    }
    return new Mask(grid, slices);
  }

  /** A bent blob in the middle of a grid of 24 x 20 x 16. */
  static boolean blob(int x, int y, int z) {
    return (x - 11) * (x - 11) + (y - 9) * (y - 9) / 2 + (z - 7) * (z - 7) * 2 + x * z / 20 < 24;
  }

  /** A mask as a file that says where it lies would give it. */
  static LabelMask placed(Mask mask) {
    return new LabelMask(mask, new TreeMap<>(), true);
  }
}
