package ai.pancreas.codecs;

import ai.pancreas.dicom.FrameCodec;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import org.bytedeco.ffmpeg.global.avcodec;

/** JPEG-LS, lossless and near-lossless (ITU-T T.87), by FFmpeg. Thread-safe. */
public final class JpegLsCodec implements FrameCodec {
  private static final Set<String> TRANSFER_SYNTAXES =
      Set.of("1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81");

  /** More ones than the longest code of T.87 has bits, with the zero bit that follows each FF. */
  private static final byte[] ONES = {
    (byte) 0xFF, 0x7F, (byte) 0xFF, 0x7F, (byte) 0xFF, 0x7F, (byte) 0xFF, 0x7F,
    (byte) 0xFF, 0x7F, (byte) 0xFF, 0x7F, (byte) 0xFF, 0x7F, (byte) 0xFF, 0x7F
  };

  /** Made by {@link java.util.ServiceLoader}. */
  public JpegLsCodec() {}

  @Override
  public boolean supports(String transferSyntaxUid) {
    return TRANSFER_SYNTAXES.contains(transferSyntaxUid);
  }

  @Override
  public void decode(String transferSyntaxUid, byte[] frame, FrameFormat format, short[] out)
      throws IOException {
    CodestreamHeader header = new JpegSegments(frame).nextFrameHeader(JpegSegments.SOF55);
    header.require(format, 2);
    FfmpegDecoder.decode(avcodec.AV_CODEC_ID_JPEGLS, frame, header, out);
    requireWhole(frame, header, out);
    StoredValues.narrow(out, header, format);
  }

  /**
   * Refuses a frame whose pixels end too early. FFmpeg reads on, in zeros, and says nothing. A
   * whole frame decodes to the same samples whatever follows it, so it is decoded again with ones
   * there: codes are prefix-free, and one that reaches beyond the end means something else then.
   */
  private static void requireWhole(byte[] frame, CodestreamHeader header, short[] samples)
      throws IOException {
    int end = frame.length;
    while (end > 2
        && !((frame[end - 2] & 0xFF) == 0xFF && (frame[end - 1] & 0xFF) == JpegSegments.EOI)) {
      end--;
    }
    int pixelsEnd = end - 2;
    if (pixelsEnd < 2) {
      throw new IOException("the compressed frame is cut short: it has no end marker");
    }
    boolean afterFf = (frame[pixelsEnd - 1] & 0xFF) == 0xFF;
    byte[] extended = Arrays.copyOf(frame, frame.length + ONES.length);
    int start = afterFf ? 1 : 0;
    System.arraycopy(ONES, start, extended, pixelsEnd, ONES.length - start);
    int tail = pixelsEnd + ONES.length - start;
    System.arraycopy(frame, pixelsEnd, extended, tail, frame.length - pixelsEnd);
    short[] again = new short[header.rows() * header.columns()];
    FfmpegDecoder.decode(avcodec.AV_CODEC_ID_JPEGLS, extended, header, again);
    if (!Arrays.equals(samples, 0, again.length, again, 0, again.length)) {
      throw new IOException("the compressed frame is cut short: its pixels end too early");
    }
  }
}
