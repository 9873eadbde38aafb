package ai.pancreas.dataset;

import java.util.Arrays;

/** Masks at a bit a pixel, the lowest bit of a byte first. */
final class MaskBits {
  private MaskBits() {}

  /**
   * Packs a mask of 0 and 1.
   *
   * @param bits at least an eighth of the mask's length; all of it is written
   * @return the number of ones
   */
  static int pack(byte[] mask, byte[] bits) {
    Arrays.fill(bits, (byte) 0);
    int ones = 0;
    for (int i = 0; i < mask.length; i++) {
      if (mask[i] != 0 && mask[i] != 1) {
        throw new IllegalArgumentException("a mask holds 0 and 1, not " + mask[i]);
      }
      bits[i >> 3] |= (byte) (mask[i] << (i & 7));
      ones += mask[i];
    }
    return ones;
  }

  /** Unpacks as many pixels as the mask has. */
  static void unpack(byte[] bits, byte[] mask) {
    for (int i = 0; i < mask.length; i++) {
      mask[i] = (byte) (bits[i >> 3] >> (i & 7) & 1);
    }
  }
}
