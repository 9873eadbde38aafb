package ai.pancreas.codecs;

import java.io.IOException;

/**
 * What steers a JPEG-LS decoder (ITU-T T.87 C.2.4.1.1).
 *
 * @param maximum the largest sample, MAXVAL
 * @param t1 the smallest gradient of the second class
 * @param t2 of the third
 * @param t3 of the fourth
 * @param reset after how many samples a context halves its counts
 * @param near the largest error of near-lossless coding; 0 is lossless
 */
record JpegLsParameters(int maximum, int t1, int t2, int t3, int reset, int near) {

  /** Checks that a decoder can work with them. */
  JpegLsParameters {
    boolean ordered = near < t1 && t1 <= t2 && t2 <= t3 && t3 <= maximum;
    if (!ordered || reset < 3 || near > Math.min(255, maximum / 2)) {
      throw new IllegalArgumentException("JPEG-LS parameters");
    }
  }

  /**
   * Takes the values of an LSE segment of type 1, and the defaults where they are 0.
   *
   * @param preset MAXVAL, T1, T2, T3 and RESET, or zeros
   */
  static JpegLsParameters of(int precision, int near, int[] preset) throws IOException {
    int greatest = (1 << precision) - 1;
    int maximum = preset[0] == 0 ? greatest : preset[0];
    int t1;
    int t2;
    int t3;
    if (maximum >= 128) {
      int factor = (Math.min(maximum, 4095) + 128) / 256;
      t1 = factor + 2 + 3 * near;
      t2 = factor * 4 + 3 + 5 * near;
      t3 = factor * 17 + 4 + 7 * near;
    } else {
      int factor = 256 / (maximum + 1);
      t1 = Math.max(2, 3 / factor + 3 * near);
      t2 = Math.max(3, 7 / factor + 5 * near);
      t3 = Math.max(4, 21 / factor + 7 * near);
    }
    t1 = preset[1] == 0 ? orLeast(t1, near + 1, maximum) : preset[1];
    t2 = preset[2] == 0 ? orLeast(t2, t1, maximum) : preset[2];
    t3 = preset[3] == 0 ? orLeast(t3, t2, maximum) : preset[3];
    int reset = preset[4] == 0 ? 64 : preset[4];
    try {
      if (maximum <= greatest) {
        return new JpegLsParameters(maximum, t1, t2, t3, reset, near);
      }
    } catch (IllegalArgumentException e) {
      // told below
    }
    throw new IOException("the compressed frame is damaged: its coding parameters make no sense");
  }

  /** CLAMP of T.87. */
  private static int orLeast(int value, int least, int greatest) {
    return value > greatest || value < least ? least : value;
  }

  /** How many values a coded error can have. */
  int range() {
    return (maximum + 2 * near) / step() + 1;
  }

  /** The distance of neighbouring values of a coded error. */
  int step() {
    return 2 * near + 1;
  }

  /** Bits of a coded error that is written as it is. */
  int errorBits() {
    return bits(range() - 1);
  }

  /** The greatest length of a code. */
  int limit() {
    int sampleBits = Math.max(2, bits(maximum));
    return 2 * (sampleBits + Math.max(8, sampleBits));
  }

  private static int bits(int greatest) {
    return 32 - Integer.numberOfLeadingZeros(greatest);
  }
}
