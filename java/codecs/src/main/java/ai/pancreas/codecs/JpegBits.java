package ai.pancreas.codecs;

import java.io.EOFException;
import java.io.IOException;

/** Reads the entropy-coded bits of a JPEG scan (ITU-T T.81 F.2.2.5); stops at markers. */
final class JpegBits {
  private final byte[] bytes;
  private int next;
  private long buffer;
  private int available;

  JpegBits(byte[] bytes, int start) {
    this.bytes = bytes;
    this.next = start;
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

  /** Takes 1 to 16 bits. */
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
    while (next + 1 < bytes.length
        && (bytes[next] & 0xFF) == 0xFF
        && (bytes[next + 1] & 0xFF) == 0xFF) {
      next++;
    }
    if (available >= 8
        || next + 1 >= bytes.length
        || (bytes[next] & 0xFF) != 0xFF
        || (bytes[next + 1] & 0xFF) != JpegSegments.RST0 + n) {
      throw new IOException("the compressed frame is damaged: a restart marker is missing");
    }
    next += 2;
    available = 0;
  }

  private void fill() {
    while (available <= 48 && next < bytes.length) {
      int value = bytes[next] & 0xFF;
      if (value == 0xFF) {
        if (next + 1 >= bytes.length || bytes[next + 1] != 0) {
          return;
        }
        next++;
      }
      next++;
      buffer = buffer << 8 | value;
      available += 8;
    }
  }
}
