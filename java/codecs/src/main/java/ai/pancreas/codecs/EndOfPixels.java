package ai.pancreas.codecs;

import java.io.IOException;
import java.util.Arrays;
import org.bytedeco.ffmpeg.global.avcodec;

/**
 * Decodes lossy JPEG with FFmpeg, and refuses a frame whose pixels end too early although it has
 * its end marker. FFmpeg invents the last blocks, and says nothing.
 *
 * <p>A whole frame decodes to the same samples whatever bits follow its pixels, so it is decoded as
 * it is and with ones there: Huffman codes are prefix-free, and one that reaches beyond the end
 * means something else then, or nothing, since JPEG has no code of ones alone (ITU-T T.81 C.2).
 */
final class EndOfPixels {
  /** More ones than the longest code and its value have, with a zero byte after each FF. */
  private static final byte[] ONES = {-1, 0, -1, 0, -1, 0, -1, 0, -1, 0, -1, 0, -1, 0, -1, 0};

  private EndOfPixels() {}

  static void decode(byte[] frame, CodestreamHeader header, short[] out) throws IOException {
    FfmpegDecoder.decode(avcodec.AV_CODEC_ID_MJPEG, frame, header, out);
    short[] again = new short[header.rows() * header.columns()];
    FfmpegDecoder.decode(avcodec.AV_CODEC_ID_MJPEG, withOnes(frame), header, again);
    if (!Arrays.equals(out, 0, again.length, again, 0, again.length)) {
      throw new IOException("the compressed frame is cut short: its pixels end too early");
    }
  }

  private static byte[] withOnes(byte[] frame) throws IOException {
    int end = endOfPixels(frame);
    int first = (frame[end - 1] & 0xFF) == 0xFF ? 1 : 0; // the byte that must follow FF
    byte[] extended = new byte[frame.length + ONES.length - first];
    System.arraycopy(frame, 0, extended, 0, end);
    System.arraycopy(ONES, first, extended, end, ONES.length - first);
    int rest = frame.length - end;
    System.arraycopy(frame, end, extended, extended.length - rest, rest);
    return extended;
  }

  private static int endOfPixels(byte[] frame) throws IOException {
    for (int end = frame.length - 2; end > 2; end--) {
      if (isEndMarker(frame, end)) {
        return end;
      }
    }
    throw new IOException("the compressed frame is cut short: it has no end marker");
  }

  private static boolean isEndMarker(byte[] frame, int offset) {
    return (frame[offset] & 0xFF) == 0xFF && (frame[offset + 1] & 0xFF) == JpegSegments.EOI;
  }
}
