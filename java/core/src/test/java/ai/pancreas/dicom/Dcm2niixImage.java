package ai.pancreas.dicom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Vector3;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** A NIfTI-1 image of 16-bit numbers with an sform, as dcm2niix writes a CT. */
record Dcm2niixImage(Grid grid, short[] values, float slope, float intercept) {
  /** What the sform's float32 numbers and the decimal strings of positions allow. */
  static final double TOLERANCE_MM = 1e-3;

  static Dcm2niixImage read(Path file) throws IOException {
    ByteBuffer bytes;
    try (InputStream plain = new BufferedInputStream(Files.newInputStream(file));
        InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(plain) : plain) {
      bytes = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
    }
    assertEquals(4, bytes.getShort(70), "int16");
    int[] size = {bytes.getShort(42), bytes.getShort(44), Math.max(1, bytes.getShort(46))};
    // RAS to LPS: x and y change their sign.
    Vector3[] columns = new Vector3[4];
    for (int i = 0; i < 4; i++) {
      columns[i] =
          new Vector3(
              -bytes.getFloat(280 + 4 * i),
              -bytes.getFloat(296 + 4 * i),
              bytes.getFloat(312 + 4 * i));
    }
    short[] values = new short[size[0] * size[1] * size[2]];
    bytes.position((int) bytes.getFloat(108));
    bytes.slice().order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(values);
    Grid grid = new Grid(size[0], size[1], size[2], columns[3], columns[0], columns[1], columns[2]);
    float slope = bytes.getFloat(112);
    return new Dcm2niixImage(grid, values, slope == 0 ? 1 : slope, bytes.getFloat(116));
  }

  /** Checks that a volume has the same number at the same place, for each slice it has. */
  void assertHolds(CtVolume volume) {
    Grid own = volume.grid();
    int[] first = index(own.toPatient(0, 0, 0));
    int[] x = minus(index(own.toPatient(1, 0, 0)), first);
    int[] y = minus(index(own.toPatient(0, 1, 0)), first);
    float[] slice = new float[own.sliceSize()];
    for (int k = 0; k < own.nz(); k++) {
      volume.readSlice(k, slice);
      int[] start = index(own.toPatient(0, 0, k));
      // The far corner lies where counting leads to.
      int[] far = index(own.toPatient(own.nx() - 1, own.ny() - 1, k));
      for (int j = 0; j < own.ny(); j++) {
        for (int i = 0; i < own.nx(); i++) {
          int p = start[0] + i * x[0] + j * y[0];
          int q = start[1] + i * x[1] + j * y[1];
          int r = start[2] + i * x[2] + j * y[2];
          float expected = slope * values[(r * grid.ny() + q) * grid.nx() + p] + intercept;
          if (expected != slice[j * own.nx() + i]) {
            assertEquals(expected, slice[j * own.nx() + i], "voxel " + i + ", " + j + ", " + k);
          }
          if (i == own.nx() - 1 && j == own.ny() - 1) {
            assertEquals(far[0] + far[1] * 1000 + far[2] * 1000000, p + q * 1000 + r * 1000000);
          }
        }
      }
    }
  }

  private int[] index(Vector3 position) {
    Vector3 index = grid.toIndex(position);
    int[] whole = {
      (int) Math.round(index.x()), (int) Math.round(index.y()), (int) Math.round(index.z())
    };
    double off = grid.toPatient(whole[0], whole[1], whole[2]).minus(position).norm();
    assertTrue(off <= TOLERANCE_MM, "a voxel is off by " + off + " mm");
    return whole;
  }

  private static int[] minus(int[] a, int[] b) {
    return new int[] {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
  }
}
