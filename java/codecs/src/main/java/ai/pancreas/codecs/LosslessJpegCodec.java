package ai.pancreas.codecs;

import ai.pancreas.dicom.FrameCodec;
import java.io.IOException;
import java.util.Set;

/**
 * Lossless JPEG with Huffman coding (process 14; ITU-T T.81 annex H): all predictors, 2 to 16 bits,
 * point transform, restart intervals. Thread-safe.
 *
 * <p>In Java because the libraries tried do not do: one invents the pixels of a frame that is cut
 * short, one does not know the difference category 16, which 16-bit pictures have.
 */
public final class LosslessJpegCodec implements FrameCodec {
  private static final Set<String> TRANSFER_SYNTAXES =
      Set.of("1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70");

  /** Made by {@link java.util.ServiceLoader}. */
  public LosslessJpegCodec() {}

  @Override
  public boolean supports(String transferSyntaxUid) {
    return TRANSFER_SYNTAXES.contains(transferSyntaxUid);
  }

  @Override
  public void decode(String transferSyntaxUid, byte[] frame, FrameFormat format, short[] out)
      throws IOException {
    CodestreamHeader header = new JpegSegments(frame).nextFrameHeader(JpegSegments.SOF3);
    header.require(format, 2);
    LosslessJpegScan.read(frame, header).decode(out);
    StoredValues.narrow(out, header, format);
  }
}
