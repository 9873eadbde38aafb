package ai.pancreas.codecs;

import java.io.IOException;
import java.util.Arrays;

/** A Huffman table of lossless JPEG: codes of 1 to 16 bits for difference categories 0 to 16. */
final class HuffmanTable {
  /** Length and category for each 16 bits that may come next; 0 where no code fits. */
  private final short[] entries = new short[1 << 16];

  /**
   * Makes the codes (ITU-T T.81 annex C.2).
   *
   * @param segment the segment that holds the table
   * @param offset where in its parameters the table's 16 counts start
   */
  HuffmanTable(JpegSegments segment, int offset) throws IOException {
    int symbol = offset + 16;
    int start = 0;
    for (int length = 1; length <= 16; length++) {
      int span = 1 << 16 - length;
      int count = segment.u8(offset + length - 1);
      for (int i = 0; i < count; i++) {
        int category = segment.u8(symbol++);
        if (category > 16 || start + span > entries.length) {
          throw new IOException("the compressed frame is damaged: a Huffman table makes no sense");
        }
        Arrays.fill(entries, start, start + span, (short) (length << 8 | category));
        start += span;
      }
    }
  }

  /** How many bytes the table at an offset of a segment takes. */
  static int size(JpegSegments segment, int offset) throws IOException {
    int size = 16;
    for (int i = 0; i < 16; i++) {
      size += segment.u8(offset + i);
    }
    return size;
  }

  /** Decodes one difference, modulo 65536 (T.81 H.1.2.2 and F.2.2.1). */
  int decodeDifference(JpegBits bits) throws IOException {
    int entry = entries[bits.peek16()];
    if (entry == 0) {
      bits.skip(1);
      throw new IOException("the compressed frame is damaged: a Huffman code is unknown");
    }
    bits.skip(entry >> 8);
    int category = entry & 0xFF;
    if (category == 0) {
      return 0;
    }
    if (category == 16) {
      return 32768; // no further bits
    }
    int value = bits.take(category);
    return value < 1 << category - 1 ? value - (1 << category) + 1 : value;
  }
}
