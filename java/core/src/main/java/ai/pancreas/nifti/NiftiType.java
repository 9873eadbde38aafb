package ai.pancreas.nifti;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Map;

/** How a voxel is stored: the real numeric types of NIfTI-1 (nifti1.h, "datatype"). */
enum NiftiType {
  UINT8(2, 1),
  INT16(4, 2),
  INT32(8, 4),
  FLOAT32(16, 4),
  FLOAT64(64, 8),
  INT8(256, 1),
  UINT16(512, 2),
  UINT32(768, 4),
  INT64(1024, 8),
  UINT64(1280, 8);

  private static final Map<Integer, String> NOT_SUPPORTED =
      Map.of(
          0, "unknown",
          1, "binary, one bit a voxel",
          32, "complex64",
          128, "RGB24, a colour picture",
          1536, "float128",
          1792, "complex128",
          2048, "complex256",
          2304, "RGBA32, a colour picture");

  private final int code;
  private final int bytes;

  NiftiType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** The number in the header's field {@code datatype}. */
  int code() {
    return code;
  }

  /** Bytes a voxel. */
  int bytes() {
    return bytes;
  }

  /** The type of a number, or null where it is none of these. */
  static NiftiType of(int code) {
    for (NiftiType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    return null;
  }

  /** A name for a number that is none of these types. */
  static String describeUnsupported(int code) {
    return NOT_SUPPORTED.getOrDefault(code, "number " + code);
  }

  /** Whether 16 bits hold every value, after {@link #shortOffset} has been taken off. */
  boolean fitsShort() {
    return bytes == 1 || this == INT16 || this == UINT16;
  }

  /** What {@link #storedShort} takes off each value. */
  int shortOffset() {
    return this == UINT16 ? 32768 : 0;
  }

  /** One stored value less {@link #shortOffset}, of a type that {@link #fitsShort}. */
  short storedShort(ByteBuffer voxels, int index) {
    return switch (this) {
      case UINT8 -> (short) (voxels.get(index) & 0xff);
      case INT8 -> voxels.get(index);
      case INT16 -> voxels.getShort(2 * index);
      case UINT16 -> (short) (voxels.getShort(2 * index) ^ 0x8000);
      default -> throw new IllegalStateException(this + " does not fit 16 bits");
    };
  }

  /** One stored value. Integers beyond 2^53 are rounded. */
  double value(ByteBuffer voxels, int index) {
    return switch (this) {
      case UINT8 -> voxels.get(index) & 0xff;
      case INT8 -> voxels.get(index);
      case INT16 -> voxels.getShort(2 * index);
      case UINT16 -> voxels.getShort(2 * index) & 0xffff;
      case INT32 -> voxels.getInt(4 * index);
      case UINT32 -> voxels.getInt(4 * index) & 0xffffffffL;
      case FLOAT32 -> voxels.getFloat(4 * index);
      case FLOAT64 -> voxels.getDouble(8 * index);
      case INT64 -> voxels.getLong(8 * index);
      case UINT64 -> {
        long bits = voxels.getLong(8 * index);
        yield bits >= 0 ? bits : (bits >>> 1) * 2.0 + (bits & 1);
      }
    };
  }

  /** The usual name, such as {@code int16}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
