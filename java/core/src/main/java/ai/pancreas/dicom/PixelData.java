package ai.pancreas.dicom;

import java.util.List;

/** Where the pixels of a file lie, counted from the first byte of the (inflated) data set. */
sealed interface PixelData {

  /**
   * Uncompressed frames, one after the other.
   *
   * @param words whether bytes were stored as 16-bit words (VR OW), which matters for 8-bit pixels
   *     in big endian (PS3.5 8.1.1, annex D)
   */
  record Native(long offset, long length, boolean words) implements PixelData {}

  /**
   * Compressed frames in fragments (PS3.5 A.4).
   *
   * @param offsetTable where frames start, relative to {@code firstFragment}; empty if not told
   * @param firstFragment the offset of the item tag of the first fragment
   */
  record Encapsulated(List<Fragment> fragments, long[] offsetTable, long firstFragment)
      implements PixelData {}

  /**
   * A piece of a compressed frame.
   *
   * @param offset of its first byte, behind the item's tag and length
   * @param start its first bytes, four at most
   */
  record Fragment(long offset, long length, byte[] start) {}
}
