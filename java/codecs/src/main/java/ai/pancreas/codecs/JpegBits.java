package ai.pancreas.codecs;

import java.io.EOFException;
import java.io.IOException;

/** Reads the entropy-coded bits of a scan of JPEG or JPEG-LS; stops at markers. */
final class JpegBits {
  private final byte[] bytes;
  private final int bitsAfterFf;
  private int next;
  private long buffer;
  private int available;

  private JpegBits(byte[] bytes, int start, int bitsAfterFf) {
    this.bytes = bytes;
    this.next = start;
    this.bitsAfterFf = bitsAfterFf;
  }

  /** In JPEG, FF is followed by a zero byte that holds nothing (ITU-T T.81 F.1.2.3). */
  static JpegBits ofJpeg(byte[] bytes, int start) {
    return new JpegBits(bytes, start, 0);
  }

  /** In JPEG-LS, FF is followed by a zero bit and seven bits of data (ITU-T T.87 A.1). */
  static JpegBits ofJpegLs(byte[] bytes, int start) {
    return new JpegBits(bytes, start, 7);
  }

  /** The next 16 bits, without taking them; zeros after the end. */
  int peek16() {
    if (available < 16) {
      fill();
    }
    int shift = available - 16;
    return (int) (shift >= 0 ? buffer >>> shift : buffer << -shift) & 0xFFFF;
  }

  /** Takes bits that were looked at. */
  void skip(int count) throws IOException {
    if (count > available) {
      throw new EOFException("the compressed frame is cut short: its pixels end too early");
    }
    available -= count;
  }

  /** Takes 0 to 16 bits. */
  int take(int count) throws IOException {
    int bits = peek16() >>> 16 - count;
    skip(count);
    return bits;
  }

  /**
   * Drops what is left before the next marker, and takes the marker, which must be RST{@code n}.
   */
  void restart(int n) throws IOException {
    fill();
    while (isFf(next) && isFf(next + 1)) { // fill bytes, T.81 B.1.1.2
      next++;
    }
    if (available >= 8
        || !isFf(next)
        || next + 1 >= bytes.length
        || (bytes[next + 1] & 0xFF) != JpegSegments.RST0 + n) {
      throw new IOException("the compressed frame is damaged: a restart marker is missing");
    }
    next += 2;
    available = 0;
  }

  private void fill() {
    while (available <= 48 && next < bytes.length) {
      if (isFf(next)) {
        if (next + 1 >= bytes.length || (bytes[next + 1] & 0xFF) >>> bitsAfterFf != 0) {
          return;
        }
        buffer = (buffer << 8 | 0xFF) << bitsAfterFf | bytes[next + 1];
        available += 8 + bitsAfterFf;
        next += 2;
      } else {
        buffer = buffer << 8 | bytes[next] & 0xFF;
        available += 8;
        next++;
      }
    }
  }

  private boolean isFf(int offset) {
    return offset < bytes.length && (bytes[offset] & 0xFF) == 0xFF;
  }
}
