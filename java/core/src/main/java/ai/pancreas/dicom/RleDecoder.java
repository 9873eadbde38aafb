package ai.pancreas.dicom;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** DICOM's run-length encoding (PS3.5 annex G), for one sample a pixel. */
final class RleDecoder {
  private static final int HEADER = 64;

  private RleDecoder() {}

  /**
   * Decodes a frame to the words that an uncompressed file would hold.
   *
   * @param bytesPerPixel one or two: each has a segment of its own, the high byte first
   */
  static void decode(byte[] frame, int bytesPerPixel, short[] out) throws DicomFormatException {
    if (frame.length < HEADER) {
      throw new DicomFormatException("an RLE frame is shorter than its header");
    }
    ByteBuffer header = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
    int segments = header.getInt(0);
    if (segments != bytesPerPixel) {
      throw new DicomFormatException(
          "an RLE frame has " + segments + " segments instead of " + bytesPerPixel);
    }
    for (int i = 0; i < segments; i++) {
      int start = header.getInt(4 * (i + 1));
      int end = i + 1 < segments ? header.getInt(4 * (i + 2)) : frame.length;
      if (start < HEADER || end < start || end > frame.length) {
        throw new DicomFormatException("an RLE frame has segments where it has no bytes");
      }
      decodeSegment(frame, start, end, Byte.SIZE * (segments - 1 - i), out);
    }
  }

  private static void decodeSegment(byte[] frame, int start, int end, int shift, short[] out)
      throws DicomFormatException {
    int in = start;
    int count = 0;
    while (count < out.length) {
      if (in >= end) {
        throw new DicomFormatException("an RLE frame is truncated");
      }
      int control = frame[in++];
      if (control == Byte.MIN_VALUE) {
        continue;
      }
      boolean run = control < 0;
      int length = run ? 1 - control : 1 + control;
      int needed = run ? 1 : length;
      if (needed > end - in) {
        throw new DicomFormatException("an RLE frame is truncated");
      }
      // What exceeds the frame is padding.
      int used = Math.min(length, out.length - count);
      for (int i = 0; i < used; i++) {
        out[count++] |= (short) ((frame[run ? in : in + i] & 0xFF) << shift);
      }
      in += needed;
    }
  }
}
