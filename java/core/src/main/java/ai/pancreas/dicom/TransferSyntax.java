package ai.pancreas.dicom;

import java.util.Arrays;
import java.util.Optional;

/** How a data set and its pixels are encoded (DICOM PS3.5 section 10 and annex A). */
enum TransferSyntax {
  IMPLICIT_LITTLE_ENDIAN("1.2.840.10008.1.2", "implicit little endian", Compression.NONE),
  EXPLICIT_LITTLE_ENDIAN("1.2.840.10008.1.2.1", "explicit little endian", Compression.NONE),
  DEFLATED("1.2.840.10008.1.2.1.99", "deflated explicit little endian", Compression.NONE),
  EXPLICIT_BIG_ENDIAN("1.2.840.10008.1.2.2", "explicit big endian", Compression.NONE),
  RLE("1.2.840.10008.1.2.5", "RLE", Compression.RLE),
  JPEG_BASELINE("1.2.840.10008.1.2.4.50", "JPEG baseline", Compression.JPEG),
  JPEG_EXTENDED("1.2.840.10008.1.2.4.51", "JPEG extended", Compression.JPEG),
  JPEG_SPECTRAL("1.2.840.10008.1.2.4.53", "JPEG spectral selection", Compression.JPEG),
  JPEG_PROGRESSIVE("1.2.840.10008.1.2.4.55", "JPEG full progression", Compression.JPEG),
  JPEG_LOSSLESS("1.2.840.10008.1.2.4.57", "JPEG lossless", Compression.JPEG),
  JPEG_LOSSLESS_SV1("1.2.840.10008.1.2.4.70", "JPEG lossless, first-order", Compression.JPEG),
  JPEG_LS_LOSSLESS("1.2.840.10008.1.2.4.80", "JPEG-LS lossless", Compression.JPEG),
  JPEG_LS("1.2.840.10008.1.2.4.81", "JPEG-LS near-lossless", Compression.JPEG),
  JPEG_2000_LOSSLESS("1.2.840.10008.1.2.4.90", "JPEG 2000 lossless", Compression.JPEG_2000),
  JPEG_2000("1.2.840.10008.1.2.4.91", "JPEG 2000", Compression.JPEG_2000);

  /** How frames are compressed. */
  enum Compression {
    NONE,
    RLE,
    /** JPEG and JPEG-LS: from SOI (FF D8) to EOI (FF D9), ISO/IEC 10918-1 B.1.1.3. */
    JPEG,
    /** From SOC and SIZ (FF 4F FF 51) to EOC (FF D9), ISO/IEC 15444-1 A.3. */
    JPEG_2000;

    /** Whether a fragment starts with the marker that starts a frame. */
    boolean startsFrame(byte[] start) {
      return switch (this) {
        case NONE, RLE -> false;
        case JPEG -> start.length >= 2 && start[0] == (byte) 0xFF && start[1] == (byte) 0xD8;
        case JPEG_2000 ->
            start.length >= 4
                && start[0] == (byte) 0xFF
                && start[1] == 0x4F
                && start[2] == (byte) 0xFF
                && start[3] == 0x51;
      };
    }
  }

  private static final String HIGH_THROUGHPUT_PREFIX = "1.2.840.10008.1.2.4.20";

  private final String uid;
  private final String label;
  private final Compression compression;

  TransferSyntax(String uid, String label, Compression compression) {
    this.uid = uid;
    this.label = label;
    this.compression = compression;
  }

  /** The transfer syntax of a UID, if this package knows it. */
  static Optional<TransferSyntax> of(String uid) {
    return Arrays.stream(values()).filter(syntax -> syntax.uid.equals(uid)).findFirst();
  }

  /** Why a UID that this package does not know is refused. */
  static String refusal(String uid) {
    String name =
        uid.startsWith(HIGH_THROUGHPUT_PREFIX)
            ? "High-Throughput JPEG 2000 (" + uid + ")"
            : "transfer syntax " + uid;
    return name + " is not supported: convert the file to explicit little endian";
  }

  String uid() {
    return uid;
  }

  Compression compression() {
    return compression;
  }

  boolean bigEndian() {
    return this == EXPLICIT_BIG_ENDIAN;
  }

  /** Name and UID for people. */
  String describe() {
    return label + " (" + uid + ")";
  }
}
