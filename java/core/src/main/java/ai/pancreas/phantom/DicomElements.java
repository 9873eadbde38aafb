package ai.pancreas.phantom;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Data elements in Explicit VR Little Endian (DICOM PS3.5 A.2 and 7.1.2). The caller adds them in
 * ascending order of their tags.
 */
final class DicomElements {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(4096);

  /** Text; an empty value is allowed for type 2. Padded to an even length: UIDs with a null. */
  DicomElements text(int tag, String vr, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
    int padding = bytes.length & 1;
    head(tag, vr);
    number(bytes.length + padding, 2);
    out.writeBytes(bytes);
    if (padding == 1) {
      out.write(vr.equals("UI") ? 0 : ' ');
    }
    return this;
  }

  /** Unsigned 16-bit numbers. */
  DicomElements us(int tag, int value) {
    head(tag, "US");
    number(2, 2);
    number(value, 2);
    return this;
  }

  /** An unsigned 32-bit number. */
  DicomElements ul(int tag, int value) {
    head(tag, "UL");
    number(4, 2);
    number(value, 4);
    return this;
  }

  /** Bytes of an even number, with the long form of the length. */
  DicomElements bytes(int tag, String vr, byte[] value) {
    head(tag, vr);
    number(0, 2);
    number(value.length, 4);
    out.writeBytes(value);
    return this;
  }

  byte[] toBytes() {
    return out.toByteArray();
  }

  private void head(int tag, String vr) {
    number(tag >>> 16, 2);
    number(tag & 0xFFFF, 2);
    out.writeBytes(vr.getBytes(StandardCharsets.US_ASCII));
  }

  private void number(int value, int bytes) {
    for (int i = 0; i < bytes; i++) {
      out.write(value >>> 8 * i & 0xFF);
    }
  }
}
