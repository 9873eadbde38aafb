package ai.pancreas.codecs;

import java.io.ByteArrayOutputStream;

/**
 * Writes lossless JPEG (ITU-T T.81 annex H) with options that DCMTK's encoder lacks: any precision,
 * restart intervals. All difference categories have codes of five bits.
 */
record LosslessJpegWriter(int precision, int predictor, int pointTransform, int restartRows) {
  private static final int CATEGORIES = 17;
  private static final int CODE_BITS = 5;

  byte[] write(int[] samples, int rows, int columns) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    segment(out, JpegSegments.SOI);
    int[] counts = new int[16];
    counts[CODE_BITS - 1] = CATEGORIES;
    int[] table = new int[1 + 16 + CATEGORIES];
    System.arraycopy(counts, 0, table, 1, 16);
    for (int i = 0; i < CATEGORIES; i++) {
      table[17 + i] = i;
    }
    segment(out, JpegSegments.DHT, table);
    segment(out, 0xFE, 'c', 'o', 'm', 'm', 'e', 'n', 't');
    segment(
        out,
        JpegSegments.SOF3,
        precision,
        rows >> 8,
        rows & 0xFF,
        columns >> 8,
        columns & 0xFF,
        1,
        1,
        0x11,
        0);
    int interval = restartRows * columns;
    segment(out, JpegSegments.DRI, interval >> 8, interval & 0xFF);
    segment(out, JpegSegments.SOS, 1, 1, 0, predictor, 0, pointTransform);
    int rowsAtOnce = restartRows == 0 ? rows : restartRows;
    for (int start = 0; start < rows; start += rowsAtOnce) {
      if (start > 0) {
        out.write(0xFF);
        out.write(JpegSegments.RST0 + (start / rowsAtOnce - 1) % 8);
      }
      writeRows(out, samples, start, Math.min(rows, start + rowsAtOnce), columns);
    }
    out.write(0xFF);
    out.write(JpegSegments.EOI);
    return out.toByteArray();
  }

  private void writeRows(
      ByteArrayOutputStream out, int[] samples, int start, int end, int columns) {
    StringBuilder bits = new StringBuilder();
    for (int y = start; y < end; y++) {
      for (int x = 0; x < columns; x++) {
        int i = y * columns + x;
        int value = samples[i] >> pointTransform;
        int difference = (short) (value - predict(samples, i, x, y - start, columns));
        if (difference == -32768) {
          bits.append(code(16, CODE_BITS));
          continue;
        }
        int category = 32 - Integer.numberOfLeadingZeros(Math.abs(difference));
        bits.append(code(category, CODE_BITS));
        int extra = difference < 0 ? difference + (1 << category) - 1 : difference;
        bits.append(code(extra, category));
      }
    }
    while (bits.length() % 8 != 0) {
      bits.append('1');
    }
    for (int i = 0; i < bits.length(); i += 8) {
      int value = Integer.parseInt(bits, i, i + 8, 2);
      out.write(value);
      if (value == 0xFF) {
        out.write(0);
      }
    }
  }

  private int predict(int[] samples, int i, int x, int y, int columns) {
    if (x == 0 && y == 0) {
      return 1 << precision - pointTransform - 1;
    }
    int left = x == 0 ? 0 : samples[i - 1] >> pointTransform;
    int above = y == 0 ? 0 : samples[i - columns] >> pointTransform;
    if (y == 0) {
      return left;
    }
    if (x == 0) {
      return above;
    }
    int aboveLeft = samples[i - columns - 1] >> pointTransform;
    return switch (predictor) {
      case 1 -> left;
      case 2 -> above;
      case 3 -> aboveLeft;
      case 4 -> left + above - aboveLeft;
      case 5 -> left + (above - aboveLeft >> 1);
      case 6 -> above + (left - aboveLeft >> 1);
      default -> left + above >> 1;
    };
  }

  private static String code(int value, int length) {
    String bits = Integer.toBinaryString(1 << 16 | value & 0xFFFF);
    return bits.substring(bits.length() - length);
  }

  private static void segment(ByteArrayOutputStream out, int marker, int... parameters) {
    out.write(0xFF);
    out.write(marker);
    if (marker != JpegSegments.SOI) {
      out.write(parameters.length + 2 >> 8);
      out.write(parameters.length + 2);
    }
    for (int parameter : parameters) {
      out.write(parameter);
    }
  }
}
