package ai.pancreas.codecs;

import ai.pancreas.dicom.FrameCodec;
import java.io.IOException;
import java.util.Set;

/**
 * JPEG-LS, lossless and near-lossless (ITU-T T.87), 2 to 16 bits. Thread-safe.
 *
 * <p>In Java because FFmpeg, which has a decoder, gives no sign when a frame is cut short or
 * damaged, and leaves the rest of the picture zero.
 */
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
    JpegLsScan.read(frame, header).decode(out);
    StoredValues.narrow(out, header, format);
  }
}
