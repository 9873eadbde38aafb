package ai.pancreas.codecs;

import java.io.IOException;
import java.util.Arrays;

/**
 * Decodes with FFmpeg, and refuses a frame whose pixels end too early although it has its end
 * marker. FFmpeg reads on there, in zeros, and says nothing.
 *
 * <p>A whole frame decodes to the same samples whatever bits follow it, so it is decoded again with
 * ones there: the codes of both formats are prefix-free, and one that reaches beyond the end means
 * something else then.
 */
enum EndOfPixels {
  /** In JPEG a zero byte follows each FF (ITU-T T.81 F.1.2.3). */
  JPEG(0x00),
  /** In JPEG-LS a zero bit follows each FF (ITU-T T.87 A.1). */
  JPEG_LS(0x7F);

  /** Twice as many as the longest code of either format has. */
  private static final int BITS = 128;

  private final byte[] ones = new byte[BITS / 8];

  EndOfPixels(int afterFf) {
    for (int i = 0; i < ones.length; i += 2) {
      ones[i] = (byte) 0xFF;
      ones[i + 1] = (byte) afterFf;
    }
  }

  void decode(int codecId, byte[] frame, CodestreamHeader header, short[] out) throws IOException {
    FfmpegDecoder.decode(codecId, frame, header, out);
    short[] again = new short[header.rows() * header.columns()];
    FfmpegDecoder.decode(codecId, extend(frame), header, again);
    if (!Arrays.equals(out, 0, again.length, again, 0, again.length)) {
      throw new IOException("the compressed frame is cut short: its pixels end too early");
    }
  }

  private byte[] extend(byte[] frame) throws IOException {
    int end = frame.length - 2;
    while (end > 2 && !isEndMarker(frame, end)) {
      end--;
    }
    if (end <= 2) {
      throw new IOException("the compressed frame is cut short: it has no end marker");
    }
    int first = (frame[end - 1] & 0xFF) == 0xFF ? 1 : 0;
    byte[] extended = new byte[frame.length + ones.length - first];
    System.arraycopy(frame, 0, extended, 0, end);
    System.arraycopy(ones, first, extended, end, ones.length - first);
    int rest = frame.length - end;
    System.arraycopy(frame, end, extended, extended.length - rest, rest);
    return extended;
  }

  private static boolean isEndMarker(byte[] frame, int offset) {
    return (frame[offset] & 0xFF) == 0xFF && (frame[offset + 1] & 0xFF) == JpegSegments.EOI;
  }
}
