package ai.pancreas.dicom;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;

/** Bounds what all entries of a zip unpack to together, however often they are read. */
final class InflateBudget {
  private static final long ALLOWANCE = 1L << 30;
  private static final long RATIO = 200;

  private final AtomicLong left;

  /** A budget for a zip of so many bytes. */
  InflateBudget(long zipSize) {
    this.left = new AtomicLong(Math.max(ALLOWANCE, RATIO * zipSize));
  }

  /** The same stream; it fails once the budget is spent. */
  InputStream limit(InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public int read() throws IOException {
        int value = super.read();
        spend(value < 0 ? 0 : 1);
        return value;
      }

      @Override
      public int read(byte[] to, int offset, int length) throws IOException {
        int count = super.read(to, offset, length);
        spend(Math.max(0, count));
        return count;
      }

      @Override
      public long skip(long count) throws IOException {
        long skipped = super.skip(count);
        spend(skipped);
        return skipped;
      }
    };
  }

  private void spend(long bytes) throws IOException {
    if (left.addAndGet(-bytes) < 0) {
      throw new DicomFormatException(
          "the zip unpacks to far more than its size can justify (a decompression bomb?)");
    }
  }
}
