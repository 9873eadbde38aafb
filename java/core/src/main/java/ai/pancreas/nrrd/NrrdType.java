package ai.pancreas.nrrd;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;

/** How a sample is stored: the field "type" (section 5 of the format) and its spellings. */
enum NrrdType {
  INT8(1, "signed char", "int8", "int8_t"),
  UINT8(1, "uchar", "unsigned char", "uint8", "uint8_t"),
  INT16(2, "short", "short int", "signed short", "signed short int", "int16", "int16_t"),
  UINT16(2, "ushort", "unsigned short", "unsigned short int", "uint16", "uint16_t"),
  INT32(4, "int", "signed int", "int32", "int32_t"),
  UINT32(4, "uint", "unsigned int", "uint32", "uint32_t"),
  INT64(
      8,
      "longlong",
      "long long",
      "long long int",
      "signed long long",
      "signed long long int",
      "int64",
      "int64_t"),
  UINT64(8, "ulonglong", "unsigned long long", "unsigned long long int", "uint64", "uint64_t"),
  FLOAT(4, "float"),
  DOUBLE(8, "double");

  private final int bytes;
  private final List<String> spellings;

  NrrdType(int bytes, String... spellings) {
    this.bytes = bytes;
    this.spellings = List.of(spellings);
  }

  /** The type of a spelling, or null. */
  static NrrdType of(String spelling) {
    String wanted = spelling.toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
    for (NrrdType type : values()) {
      if (type.spellings.contains(wanted)) {
        return type;
      }
    }
    return null;
  }

  /** The bytes of a sample. */
  int bytes() {
    return bytes;
  }

  /** A sample as a number; 64-bit integers are rounded to double, which no label comes near. */
  double value(ByteBuffer samples, int index) {
    return switch (this) {
      case INT8 -> samples.get(index);
      case UINT8 -> samples.get(index) & 0xff;
      case INT16 -> samples.getShort(2 * index);
      case UINT16 -> samples.getShort(2 * index) & 0xffff;
      case INT32 -> samples.getInt(4 * index);
      case UINT32 -> samples.getInt(4 * index) & 0xffffffffL;
      case INT64 -> samples.getLong(8 * index);
      case UINT64 -> unsigned(samples.getLong(8 * index));
      case FLOAT -> samples.getFloat(4 * index);
      case DOUBLE -> samples.getDouble(8 * index);
    };
  }

  private static double unsigned(long value) {
    return value >= 0 ? value : 2.0 * (value >>> 1);
  }
}
