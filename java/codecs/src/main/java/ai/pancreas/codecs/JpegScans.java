package ai.pancreas.codecs;

import java.io.IOException;
import java.util.Arrays;

/**
 * Looks at the scan headers of a frame (ITU-T T.81 B.2.3). FFmpeg is content with scans that are
 * missing, and leaves their part of the picture zero.
 */
final class JpegScans {
  private static final int COEFFICIENTS = 64;

  private JpegScans() {}

  /** Refuses a frame whose scans do not hold every bit of every coefficient. */
  static void requireAllCoefficients(byte[] frame) throws IOException {
    JpegSegments segments = new JpegSegments(frame);
    boolean progressive = false;
    int[] missingBits = new int[COEFFICIENTS];
    Arrays.fill(missingBits, Integer.MAX_VALUE);
    int marker = segments.next();
    while (marker != JpegSegments.EOI) {
      if (marker == JpegSegments.SOF2) {
        progressive = true;
      } else if (marker == JpegSegments.SOS) {
        int parameters = 1 + 2 * segments.u8(0);
        int first = progressive ? segments.u8(parameters) : 0;
        int last = progressive ? segments.u8(parameters + 1) : COEFFICIENTS - 1;
        int bits = progressive ? segments.u8(parameters + 2) & 15 : 0;
        for (int i = first; i <= Math.min(last, COEFFICIENTS - 1); i++) {
          missingBits[i] = bits;
        }
        segments.skipScan();
      }
      marker = segments.next();
    }
    if (Arrays.stream(missingBits).anyMatch(bits -> bits != 0)) {
      throw new IOException("the compressed frame is cut short: scans are missing");
    }
  }
}
