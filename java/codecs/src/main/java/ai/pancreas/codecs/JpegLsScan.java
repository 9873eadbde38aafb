package ai.pancreas.codecs;

import java.io.IOException;
import java.util.Arrays;

/** The one scan of a JPEG-LS picture with one component (ITU-T T.87 annex A). */
final class JpegLsScan {
  /** Run lengths' exponents, J of T.87 A.2.1. */
  private static final int[] RUN_BITS = {
    0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13,
    14, 15
  };

  private static final int REGULAR_CONTEXTS = 365;

  private final CodestreamHeader header;
  private final JpegLsParameters parameters;
  private final JpegBits bits;

  private final int maximum;
  private final int near;
  private final int step;
  private final int range;
  private final int errorBits;
  private final int limit;

  /** Contexts; the last two are those of interrupted runs. Named as in T.87 A.2.1. */
  private final int[] a = new int[REGULAR_CONTEXTS + 2];

  private final int[] b = new int[REGULAR_CONTEXTS];
  private final int[] c = new int[REGULAR_CONTEXTS];
  private final int[] n = new int[REGULAR_CONTEXTS + 2];
  private final int[] negatives = new int[2];
  private int runIndex;

  private JpegLsScan(CodestreamHeader header, JpegLsParameters parameters, JpegBits bits) {
    this.header = header;
    this.parameters = parameters;
    this.bits = bits;
    this.maximum = parameters.maximum();
    this.near = parameters.near();
    this.step = parameters.step();
    this.range = parameters.range();
    this.errorBits = parameters.errorBits();
    this.limit = parameters.limit();
    Arrays.fill(a, Math.max(2, (range + 32) / 64));
    Arrays.fill(n, 1);
  }

  /** Reads parameters up to the first pixel. */
  static JpegLsScan read(byte[] frame, CodestreamHeader header) throws IOException {
    JpegSegments segments = new JpegSegments(frame);
    int[] preset = new int[5];
    int marker = segments.next();
    while (marker != JpegSegments.SOS) {
      if (marker == JpegSegments.LSE) {
        readPreset(segments, preset);
      } else if (marker == JpegSegments.DRI && segments.u16(0) != 0) {
        throw new IOException("JPEG-LS with restart intervals is not supported");
      } else if (JpegSegments.isFrameHeader(marker) && !segments.frameHeader().equals(header)) {
        throw new IOException("the compressed frame is damaged: it has several frame headers");
      }
      marker = segments.next();
    }
    if (segments.u8(0) != 1 || segments.u8(2) != 0 || (segments.u8(5) & 15) != 0) {
      throw new IOException(
          "JPEG-LS with several components, a mapping table or a point transform is not supported");
    }
    return new JpegLsScan(
        header,
        JpegLsParameters.of(header.precision(), segments.u8(3), preset),
        JpegBits.ofJpegLs(frame, segments.end()));
  }

  private static void readPreset(JpegSegments segment, int[] preset) throws IOException {
    if (segment.u8(0) != 1) {
      throw new IOException("JPEG-LS with mapping tables is not supported");
    }
    for (int i = 0; i < preset.length; i++) {
      preset[i] = segment.u16(1 + 2 * i);
    }
  }

  /** Decodes the samples, [row][column]. */
  void decode(short[] out) throws IOException {
    int columns = header.columns();
    // One more sample on both sides: what a pixel at the edge has for neighbours.
    int[] above = new int[columns + 2];
    int[] line = new int[columns + 2];
    for (int row = 0; row < header.rows(); row++) {
      above[columns + 1] = above[columns];
      line[0] = above[1];
      decodeLine(above, line, columns);
      for (int x = 0; x < columns; x++) {
        out[row * columns + x] = (short) line[x + 1];
      }
      int[] swap = above;
      above = line;
      line = swap;
    }
  }

  private void decodeLine(int[] above, int[] line, int columns) throws IOException {
    int x = 1;
    while (x <= columns) {
      int left = line[x - 1];
      int aboveLeft = above[x - 1];
      int up = above[x];
      int d1 = above[x + 1] - up;
      int d2 = up - aboveLeft;
      int d3 = aboveLeft - left;
      if (Math.abs(d1) <= near && Math.abs(d2) <= near && Math.abs(d3) <= near) {
        x = decodeRun(above, line, x, columns);
      } else {
        int context = (gradientClass(d1) * 9 + gradientClass(d2)) * 9 + gradientClass(d3);
        line[x] = decodeSample(context, predict(left, up, aboveLeft));
        x++;
      }
    }
  }

  private int gradientClass(int difference) {
    int size = Math.abs(difference);
    int quantized;
    if (size <= near) {
      return 0;
    } else if (size < parameters.t1()) {
      quantized = 1;
    } else if (size < parameters.t2()) {
      quantized = 2;
    } else if (size < parameters.t3()) {
      quantized = 3;
    } else {
      quantized = 4;
    }
    return difference < 0 ? -quantized : quantized;
  }

  private static int predict(int left, int up, int aboveLeft) {
    if (aboveLeft >= Math.max(left, up)) {
      return Math.min(left, up);
    }
    if (aboveLeft <= Math.min(left, up)) {
      return Math.max(left, up);
    }
    return left + up - aboveLeft;
  }

  /** Regular mode (A.4 to A.6). */
  private int decodeSample(int signedContext, int prediction) throws IOException {
    int sign = signedContext < 0 ? -1 : 1;
    int q = Math.abs(signedContext);
    int corrected = Math.min(maximum, Math.max(0, prediction + sign * c[q]));
    int k = golombParameter(n[q], a[q]);
    int mapped = decodeGolomb(k, limit);
    int error = (mapped & 1) == 0 ? mapped >> 1 : -(mapped + 1 >> 1);
    if (near == 0 && k == 0 && 2 * b[q] <= -n[q]) {
      error = -error - 1;
    }
    update(q, error);
    return reconstruct(corrected, sign * error);
  }

  private void update(int q, int error) {
    b[q] += error * step;
    a[q] += Math.abs(error);
    if (n[q] == parameters.reset()) {
      a[q] >>= 1;
      b[q] >>= 1;
      n[q] >>= 1;
    }
    n[q]++;
    if (b[q] <= -n[q]) {
      b[q] = Math.max(b[q] + n[q], 1 - n[q]);
      c[q] = Math.max(c[q] - 1, -128);
    } else if (b[q] > 0) {
      b[q] = Math.min(b[q] - n[q], 0);
      c[q] = Math.min(c[q] + 1, 127);
    }
  }

  /** Run mode (A.7). Returns where the run and the sample that interrupts it end. */
  private int decodeRun(int[] above, int[] line, int start, int columns) throws IOException {
    int value = line[start - 1];
    int x = start;
    while (bits.take(1) == 1) {
      int length = 1 << RUN_BITS[runIndex];
      int end = Math.min(x + length, columns + 1);
      Arrays.fill(line, x, end, value);
      if (end - x == length) {
        runIndex = Math.min(runIndex + 1, RUN_BITS.length - 1);
      }
      x = end;
      if (x > columns) {
        return x;
      }
    }
    int length = bits.take(RUN_BITS[runIndex]);
    if (x + length > columns) {
      throw new IOException("the compressed frame is damaged: a run is longer than its line");
    }
    Arrays.fill(line, x, x + length, value);
    x += length;
    line[x] = decodeInterruption(value, above[x]);
    runIndex = Math.max(runIndex - 1, 0);
    return x + 1;
  }

  private int decodeInterruption(int left, int up) throws IOException {
    int type = Math.abs(left - up) <= near ? 1 : 0;
    int q = REGULAR_CONTEXTS + type;
    int k = golombParameter(n[q], type == 1 ? a[q] + (n[q] >> 1) : a[q]);
    int mapped = decodeGolomb(k, limit - RUN_BITS[runIndex] - 1);
    int map = mapped + type & 1;
    int size = mapped + type + map >> 1;
    boolean oddIsNegative = k != 0 || 2 * negatives[type] >= n[q];
    int error = (map == 1) == oddIsNegative ? -size : size;
    if (error < 0) {
      negatives[type]++;
    }
    a[q] += mapped + 1 - type >> 1;
    if (n[q] == parameters.reset()) {
      a[q] >>= 1;
      n[q] >>= 1;
      negatives[type] >>= 1;
    }
    n[q]++;
    if (type == 1) {
      return reconstruct(left, error);
    }
    return reconstruct(up, left > up ? -error : error);
  }

  private int reconstruct(int prediction, int error) {
    int value = prediction + error * step;
    if (value < -near) {
      value += range * step;
    } else if (value > maximum + near) {
      value -= range * step;
    }
    return Math.min(maximum, Math.max(0, value));
  }

  private static int golombParameter(int count, int sum) throws IOException {
    int k = 0;
    while ((long) count << k < sum) {
      k++;
    }
    if (k > 16) {
      throw damaged();
    }
    return k;
  }

  /** A code of limited length (A.5.3). */
  private int decodeGolomb(int k, int codeLimit) throws IOException {
    int longest = codeLimit - errorBits - 1;
    int zeros = 0;
    int ahead = bits.peek16();
    while (ahead == 0) {
      bits.skip(16);
      zeros += 16;
      if (zeros > longest) {
        throw damaged();
      }
      ahead = bits.peek16();
    }
    int more = Integer.numberOfLeadingZeros(ahead) - 16;
    bits.skip(more + 1);
    zeros += more;
    int value;
    if (zeros < longest) {
      value = (zeros << k) + bits.take(k);
    } else if (zeros == longest) {
      value = bits.take(errorBits) + 1;
    } else {
      throw damaged();
    }
    if (value > 2 * range) {
      throw damaged();
    }
    return value;
  }

  private static IOException damaged() {
    return new IOException("the compressed frame is damaged: a code makes no sense");
  }
}
