package ai.pancreas.dicom;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * Reads bytes and counts them, and refuses a length before it is followed if the input cannot hold
 * it. Not thread-safe.
 */
final class ByteReader implements AutoCloseable {
  private static final int BUFFER = 1 << 14;
  private static final long INFLATED_ALLOWANCE = 64L << 20;
  private static final long INFLATED_RATIO = 200;

  private final InputStream in;
  private final long limit;
  private final long packedSize;
  private final boolean inflating;
  private long position;

  private ByteReader(InputStream in, long limit, long packedSize, boolean inflating) {
    this.in = new BufferedInputStream(in, BUFFER);
    this.limit = limit;
    this.packedSize = packedSize;
    this.inflating = inflating;
  }

  /** A reader of plain bytes, {@code size} of them. */
  static ByteReader ofPlain(InputStream in, long size) {
    return new ByteReader(in, size, size, false);
  }

  /**
   * A reader of bytes that are being unpacked from {@code packedSize} bytes. It gives up at 200
   * times that many (but not below 64 MiB): deflate can pack 1000 to 1, a CT cannot be packed so.
   */
  static ByteReader ofInflating(InputStream in, long packedSize) {
    long limit = Math.max(INFLATED_ALLOWANCE, saturatedProduct(packedSize, INFLATED_RATIO));
    return new ByteReader(in, limit, packedSize, true);
  }

  private static long saturatedProduct(long a, long b) {
    return a > Long.MAX_VALUE / b ? Long.MAX_VALUE : a * b;
  }

  /**
   * A reader of the deflated bytes (without a zlib header, PS3.5 A.5) that follow. Where these
   * bytes are themselves being unpacked, its bound stands for both together.
   */
  ByteReader inflated() {
    Inflater inflater = new Inflater(true);
    InputStream stream =
        new InflaterInputStream(in, inflater, BUFFER) {
          @Override
          public void close() throws IOException {
            inflater.end();
            super.close();
          }
        };
    return ofInflating(stream, packedSize);
  }

  long position() {
    return position;
  }

  /** The number of bytes that may follow: exact for plain bytes, a bound for unpacked ones. */
  private long remaining() {
    return limit - position;
  }

  /** Whether no byte follows. */
  boolean atEnd() throws IOException {
    return peek(1).length == 0;
  }

  /** The next bytes, fewer at the end, without moving on. At most a few. */
  byte[] peek(int count) throws IOException {
    in.mark(count);
    byte[] bytes = in.readNBytes((int) Math.min(count, remaining()));
    in.reset();
    return bytes;
  }

  /** Refuses a length that the input cannot hold. */
  void require(long length) throws IOException {
    if (length < 0 || length > remaining()) {
      throw inflating
          ? new DicomFormatException(
              "claims to unpack to far more than a CT can (damaged, or a decompression bomb)")
          : new EOFException();
    }
  }

  byte[] bytes(int length) throws IOException {
    require(length);
    byte[] bytes = in.readNBytes(length);
    position += bytes.length;
    if (bytes.length < length) {
      throw new EOFException();
    }
    return bytes;
  }

  /** Fills a part of an array whose size was checked before. */
  void readFully(byte[] to, int offset, int length) throws IOException {
    require(length);
    int count = in.readNBytes(to, offset, length);
    position += count;
    if (count < length) {
      throw new EOFException();
    }
  }

  void skip(long length) throws IOException {
    require(length);
    long left = length;
    while (left > 0) {
      long skipped = in.skip(left);
      if (skipped <= 0) {
        if (in.read() < 0) {
          throw new EOFException();
        }
        skipped = 1;
      }
      left -= skipped;
      position += skipped;
    }
  }

  int uint16(boolean bigEndian) throws IOException {
    byte[] b = bytes(2);
    return bigEndian ? (b[0] & 0xFF) << 8 | b[1] & 0xFF : (b[1] & 0xFF) << 8 | b[0] & 0xFF;
  }

  long uint32(boolean bigEndian) throws IOException {
    long first = uint16(bigEndian);
    long second = uint16(bigEndian);
    return bigEndian ? first << 16 | second : second << 16 | first;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
