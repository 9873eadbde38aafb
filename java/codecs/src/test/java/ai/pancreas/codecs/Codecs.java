package ai.pancreas.codecs;

import ai.pancreas.dicom.FrameCodec;
import ai.pancreas.dicom.FrameCodec.FrameFormat;
import java.io.IOException;
import java.util.ServiceLoader;

/** The codecs as an application finds them. */
final class Codecs {
  static final String BASELINE = "1.2.840.10008.1.2.4.50";
  static final String EXTENDED = "1.2.840.10008.1.2.4.51";
  static final String SPECTRAL = "1.2.840.10008.1.2.4.53";
  static final String PROGRESSIVE = "1.2.840.10008.1.2.4.55";
  static final String LOSSLESS = "1.2.840.10008.1.2.4.57";
  static final String LOSSLESS_SV1 = "1.2.840.10008.1.2.4.70";
  static final String JPEG_LS = "1.2.840.10008.1.2.4.80";
  static final String JPEG_LS_NEAR = "1.2.840.10008.1.2.4.81";
  static final String JPEG_2000 = "1.2.840.10008.1.2.4.90";
  static final String JPEG_2000_LOSSY = "1.2.840.10008.1.2.4.91";

  private static final ServiceLoader<FrameCodec> LOADER = ServiceLoader.load(FrameCodec.class);

  private Codecs() {}

  static FrameCodec of(String transferSyntaxUid) {
    return LOADER.stream()
        .map(ServiceLoader.Provider::get)
        .filter(codec -> codec.supports(transferSyntaxUid))
        .findFirst()
        .orElseThrow();
  }

  static short[] decode(String transferSyntaxUid, byte[] frame, FrameFormat format)
      throws IOException {
    short[] out = new short[format.rows() * format.columns()];
    of(transferSyntaxUid).decode(transferSyntaxUid, frame, format, out);
    return out;
  }

  static int largestDifference(short[] a, short[] b) {
    int largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    return largest;
  }
}
