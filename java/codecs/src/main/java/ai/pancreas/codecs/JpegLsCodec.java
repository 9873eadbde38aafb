package ai.pancreas.codecs;

import ai.pancreas.dicom.FrameCodec;
import java.io.IOException;
import java.util.Set;
import org.bytedeco.ffmpeg.global.avcodec;

/** JPEG-LS, lossless and near-lossless (ITU-T T.87), by FFmpeg. Thread-safe. */
public final class JpegLsCodec implements FrameCodec {
  private static final Set<String> TRANSFER_SYNTAXES =
      Set.of("1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81");

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
    JpegScans.requirePixels(frame);
    EndOfPixels.JPEG_LS.decode(avcodec.AV_CODEC_ID_JPEGLS, frame, header, out);
    StoredValues.narrow(out, header, format);
  }
}
