package ai.pancreas.codecs;

import ai.pancreas.dicom.FrameCodec;
import java.io.IOException;
import java.util.Set;

/**
 * JPEG with discrete cosine transform and Huffman coding, of 8 or 12 bits (ITU-T T.81), by FFmpeg:
 * baseline, extended, and the retired spectral selection and full progression. Thread-safe.
 *
 * <p>The standard leaves room for rounding in the inverse transform (T.83), so other decoders'
 * values may differ by one or two.
 */
public final class LossyJpegCodec implements FrameCodec {
  private static final Set<String> TRANSFER_SYNTAXES =
      Set.of(
          "1.2.840.10008.1.2.4.50",
          "1.2.840.10008.1.2.4.51",
          "1.2.840.10008.1.2.4.53",
          "1.2.840.10008.1.2.4.55");

  /** Made by {@link java.util.ServiceLoader}. */
  public LossyJpegCodec() {}

  @Override
  public boolean supports(String transferSyntaxUid) {
    return TRANSFER_SYNTAXES.contains(transferSyntaxUid);
  }

  @Override
  public void decode(String transferSyntaxUid, byte[] frame, FrameFormat format, short[] out)
      throws IOException {
    CodestreamHeader header =
        new JpegSegments(frame)
            .nextFrameHeader(JpegSegments.SOF0, JpegSegments.SOF1, JpegSegments.SOF2);
    header.require(format, 8);
    if (header.precision() != 8 && header.precision() != 12) {
      throw new IOException(
          "the compressed frame has " + header.precision() + " bits a sample, 8 or 12 are JPEG's");
    }
    JpegScans.requireAllCoefficients(frame);
    EndOfPixels.decode(frame, header, out);
    StoredValues.narrow(out, header, format);
  }
}
