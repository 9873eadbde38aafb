package ai.pancreas.codecs;

import java.io.IOException;

/** The one scan of a lossless JPEG picture with one component (ITU-T T.81 annex H). */
final class LosslessJpegScan {
  private final CodestreamHeader header;
  private final HuffmanTable table;
  private final int predictor;
  private final int pointTransform;
  private final int restartRows;
  private final JpegBits bits;

  private LosslessJpegScan(
      CodestreamHeader header,
      HuffmanTable table,
      int predictor,
      int pointTransform,
      int restartRows,
      JpegBits bits) {
    this.header = header;
    this.table = table;
    this.predictor = predictor;
    this.pointTransform = pointTransform;
    this.restartRows = restartRows;
    this.bits = bits;
  }

  /** Reads tables and parameters up to the first pixel. */
  static LosslessJpegScan read(byte[] frame, CodestreamHeader header) throws IOException {
    JpegSegments segments = new JpegSegments(frame);
    HuffmanTable[] tables = new HuffmanTable[4];
    int restartInterval = 0;
    int marker = segments.next();
    while (marker != JpegSegments.SOS) {
      if (marker == JpegSegments.DHT) {
        readTables(segments, tables);
      } else if (marker == JpegSegments.DRI) {
        restartInterval = segments.u16(0);
      } else if (JpegSegments.isFrameHeader(marker) && !segments.frameHeader().equals(header)) {
        throw new IOException("the compressed frame is damaged: it has several frame headers");
      }
      marker = segments.next();
    }
    int components = segments.u8(0);
    int table = segments.u8(2) >> 4;
    int predictor = segments.u8(3);
    int pointTransform = segments.u8(5) & 15;
    if (components != 1
        || table > 3
        || tables[table] == null
        || predictor < 1
        || predictor > 7
        || pointTransform >= header.precision()
        || restartInterval % header.columns() != 0) {
      throw new IOException("the compressed frame is damaged: its scan header makes no sense");
    }
    return new LosslessJpegScan(
        header,
        tables[table],
        predictor,
        pointTransform,
        restartInterval / header.columns(),
        JpegBits.ofJpeg(frame, segments.end()));
  }

  private static void readTables(JpegSegments segment, HuffmanTable[] tables) throws IOException {
    for (int p = 0; p < segment.length(); ) {
      int destination = segment.u8(p);
      p++;
      if (destination < tables.length) { // class 0; lossless JPEG has no other
        tables[destination] = new HuffmanTable(segment, p);
      }
      p += HuffmanTable.size(segment, p);
    }
  }

  /** Decodes the samples, [row][column]. */
  void decode(short[] out) throws IOException {
    int columns = header.columns();
    for (int row = 0; row < header.rows(); row++) {
      boolean first = restartRows == 0 ? row == 0 : row % restartRows == 0;
      if (first && row > 0) {
        bits.restart((row / restartRows - 1) & 7);
      }
      int start = row * columns;
      if (first) {
        int middle = 1 << header.precision() - pointTransform - 1;
        out[start] = (short) (middle + table.decodeDifference(bits));
        decodeRow(out, start, columns, 1);
      } else {
        out[start] = (short) (out[start - columns] + table.decodeDifference(bits));
        decodeRow(out, start, columns, predictor);
      }
    }
    if (pointTransform > 0) {
      for (int i = 0; i < header.rows() * columns; i++) {
        out[i] <<= pointTransform;
      }
    }
  }

  /** Decodes a row from its second sample on (T.81 table H.1). */
  private void decodeRow(short[] out, int start, int columns, int predictor) throws IOException {
    int left = out[start] & 0xFFFF;
    for (int i = start + 1; i < start + columns; i++) {
      int prediction = left;
      if (predictor > 1) {
        int above = out[i - columns] & 0xFFFF;
        int aboveLeft = out[i - columns - 1] & 0xFFFF;
        prediction =
            switch (predictor) {
              case 2 -> above;
              case 3 -> aboveLeft;
              case 4 -> left + above - aboveLeft;
              case 5 -> left + (above - aboveLeft >> 1);
              case 6 -> above + (left - aboveLeft >> 1);
              default -> left + above >> 1;
            };
      }
      left = prediction + table.decodeDifference(bits) & 0xFFFF;
      out[i] = (short) left;
    }
  }
}
