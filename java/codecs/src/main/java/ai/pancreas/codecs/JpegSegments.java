package ai.pancreas.codecs;

import java.io.IOException;

/** Walks over the marker segments of a JPEG or JPEG-LS codestream (ITU-T T.81 annex B.1.1). */
final class JpegSegments {
  static final int SOF0 = 0xC0;
  static final int SOF1 = 0xC1;
  static final int SOF2 = 0xC2;
  static final int SOF3 = 0xC3;
  static final int DHT = 0xC4;
  static final int RST0 = 0xD0;
  static final int SOI = 0xD8;
  static final int EOI = 0xD9;
  static final int SOS = 0xDA;
  static final int DRI = 0xDD;
  static final int SOF55 = 0xF7;
  static final int LSE = 0xF8;

  private final byte[] bytes;
  private int offset;
  private int end;

  /** Starts after the start-of-image marker. */
  JpegSegments(byte[] bytes) throws IOException {
    this.bytes = bytes;
    if (bytes.length < 2 || (bytes[0] & 0xFF) != 0xFF || (bytes[1] & 0xFF) != SOI) {
      throw new IOException("the compressed frame is not JPEG: it has no start-of-image marker");
    }
    this.end = 2;
  }

  /** Goes to the next segment, or to the end marker, and returns the low byte of its marker. */
  int next() throws IOException {
    int p = end;
    if (p >= bytes.length || (bytes[p] & 0xFF) != 0xFF) {
      throw damaged();
    }
    while (p < bytes.length && (bytes[p] & 0xFF) == 0xFF) { // fill bytes, T.81 B.1.1.2
      p++;
    }
    if (p < bytes.length && (bytes[p] & 0xFF) == EOI) {
      offset = p + 1;
      end = p + 1;
      return EOI;
    }
    if (p + 3 > bytes.length) {
      throw damaged();
    }
    int marker = bytes[p] & 0xFF;
    int length = (bytes[p + 1] & 0xFF) << 8 | bytes[p + 2] & 0xFF;
    boolean bare = marker == 0 || marker == 1 || marker >= RST0 && marker <= SOI;
    if (bare || length < 2 || p + 1 + length > bytes.length) {
      throw damaged();
    }
    offset = p + 3;
    end = p + 1 + length;
    return marker;
  }

  /** Goes to the end of the pixel data that follow a scan header. */
  void skipScan() {
    boolean marker = false;
    while (!marker && end < bytes.length) {
      int next = end + 1 < bytes.length ? bytes[end + 1] & 0xFF : 0;
      boolean restart = next >= RST0 && next < SOI;
      marker = (bytes[end] & 0xFF) == 0xFF && next >= 0x80 && next != 0xFF && !restart;
      if (!marker) {
        end++;
      }
    }
  }

  /** How many bytes the parameters of this segment take. */
  int length() {
    return end - offset;
  }

  /** Where in the codestream the byte after this segment is. */
  int end() {
    return end;
  }

  /** A byte of this segment's parameters. */
  int u8(int index) throws IOException {
    if (index >= length()) {
      throw damaged();
    }
    return bytes[offset + index] & 0xFF;
  }

  /** Two bytes of this segment's parameters, the high one first. */
  int u16(int index) throws IOException {
    return u8(index) << 8 | u8(index + 1);
  }

  /** Whether a marker starts a frame header. */
  static boolean isFrameHeader(int marker) {
    boolean otherUse = marker == DHT || marker == 0xC8 || marker == 0xCC;
    return marker >= SOF0 && marker <= 0xCF && !otherUse || marker == SOF55;
  }

  /** Goes to the frame header, which must be of one of the given kinds. */
  CodestreamHeader nextFrameHeader(int... kinds) throws IOException {
    int marker = next();
    while (!isFrameHeader(marker)) {
      if (marker == SOS) {
        throw damaged();
      }
      marker = next();
    }
    for (int kind : kinds) {
      if (marker == kind) {
        return frameHeader();
      }
    }
    throw new IOException(
        "the compressed frame is of a JPEG process that its transfer syntax does not name (marker FF%02X)"
            .formatted(marker));
  }

  /** The frame header that this segment holds (T.81 B.2.2). */
  CodestreamHeader frameHeader() throws IOException {
    return new CodestreamHeader(u16(1), u16(3), u8(5), u8(0), false);
  }

  private static IOException damaged() {
    return new IOException("the compressed frame is damaged: its JPEG headers make no sense");
  }
}
