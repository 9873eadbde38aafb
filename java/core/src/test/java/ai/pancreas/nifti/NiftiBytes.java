package ai.pancreas.nifti;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.GZIPOutputStream;

/**
 * Makes NIfTI files for tests, field by field, right or wrong: by default 4 x 3 x 2 voxels of 1 x 2
 * x 3 mm with an sform.
 */
final class NiftiBytes {
  final ByteBuffer bytes;
  private final int voxelBytes;

  NiftiBytes(int type, int voxelBytes, ByteOrder order, int voxels) {
    this.voxelBytes = voxelBytes;
    bytes = ByteBuffer.allocate(352 + voxels * voxelBytes).order(order);
    bytes.putInt(0, 348);
    dim(3, 4, 3, 2);
    bytes.putShort(70, (short) type).putShort(72, (short) (8 * voxelBytes));
    pixdim(1, 1, 2, 3);
    bytes.putFloat(108, 352);
    sform(1, new float[][] {{1, 0, 0, -5}, {0, 2, 0, -6}, {0, 0, 3, 7}});
    bytes.put(344, new byte[] {'n', '+', '1', 0});
  }

  /** 24 int16 voxels from -1000 to 840, in steps of 80. */
  static NiftiBytes ct() {
    NiftiBytes file = new NiftiBytes(4, 2, ByteOrder.LITTLE_ENDIAN, 24);
    for (int i = 0; i < 24; i++) {
      file.voxel(i, -1000 + 80 * i);
    }
    return file;
  }

  NiftiBytes dim(int... dim) {
    for (int i = 0; i < dim.length; i++) {
      bytes.putShort(40 + 2 * i, (short) dim[i]);
    }
    return this;
  }

  NiftiBytes pixdim(float... pixdim) {
    for (int i = 0; i < pixdim.length; i++) {
      bytes.putFloat(76 + 4 * i, pixdim[i]);
    }
    return this;
  }

  NiftiBytes scale(float slope, float intercept) {
    bytes.putFloat(112, slope).putFloat(116, intercept);
    return this;
  }

  NiftiBytes sform(int code, float[][] rows) {
    bytes.putShort(254, (short) code);
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 4; j++) {
        bytes.putFloat(280 + 16 * i + 4 * j, rows[i][j]);
      }
    }
    return this;
  }

  NiftiBytes qform(int code, float b, float c, float d, float x, float y, float z) {
    bytes.putShort(252, (short) code);
    float[] values = {b, c, d, x, y, z};
    for (int i = 0; i < 6; i++) {
      bytes.putFloat(256 + 4 * i, values[i]);
    }
    return this;
  }

  /** Stores a number in the file's type. */
  NiftiBytes voxel(int index, double value) {
    int at = 352 + index * voxelBytes;
    switch (bytes.getShort(70)) {
      case 2, 256 -> bytes.put(at, (byte) (int) value);
      case 4, 512 -> bytes.putShort(at, (short) (int) value);
      case 8, 768 -> bytes.putInt(at, (int) (long) value);
      case 16 -> bytes.putFloat(at, (float) value);
      case 64 -> bytes.putDouble(at, value);
      case 1024, 1280 -> bytes.putLong(at, (long) value);
      default -> throw new IllegalArgumentException("type " + bytes.getShort(70));
    }
    return this;
  }

  byte[] plain() {
    return bytes.array();
  }

  byte[] gzip() {
    return gzip(bytes.array());
  }

  static byte[] gzip(byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
