package ai.pancreas.dicom;

import ai.pancreas.volume.HuSlice;
import java.util.Locale;

/** How the pixels of a file are stored (DICOM PS3.5 8.1.1). One sample a pixel. */
record PixelFormat(
    int rows, int columns, int bitsAllocated, int bitsStored, int highBit, boolean signed) {
  private static final int MAX_PIXELS = 1 << 26;
  private static final int UNSIGNED_OFFSET = 1 << 15;

  /** The format that a data set describes. */
  static PixelFormat of(DataSet data) throws DicomFormatException {
    int samples = data.uint16(Tag.SAMPLES_PER_PIXEL).orElse(1);
    String photometric = data.text(Tag.PHOTOMETRIC_INTERPRETATION).orElse("MONOCHROME2");
    // MONOCHROME1 changes how a picture is shown, not what its numbers mean: PS3.3 C.7.6.3.1.2.
    if (samples != 1 || !photometric.startsWith("MONOCHROME")) {
      throw new DicomFormatException("the image is not monochrome");
    }
    int rows = required(data, Tag.ROWS, "Rows");
    int columns = required(data, Tag.COLUMNS, "Columns");
    if (rows == 0 || columns == 0 || (long) rows * columns > MAX_PIXELS) {
      throw new DicomFormatException(
          "an image of " + columns + " x " + rows + " pixels is not supported");
    }
    int allocated = required(data, Tag.BITS_ALLOCATED, "BitsAllocated");
    int stored = data.uint16(Tag.BITS_STORED).orElse(allocated);
    int high = data.uint16(Tag.HIGH_BIT).orElse(stored - 1);
    if (allocated != 8 && allocated != 16) {
      throw new DicomFormatException(allocated + " bits a pixel are not supported");
    }
    if (stored < 8 || stored > allocated || high >= allocated || high < stored - 1) {
      throw new DicomFormatException(
          String.format(
              Locale.ROOT,
              "bits allocated %d, stored %d and high bit %d do not fit together",
              allocated,
              stored,
              high));
    }
    int representation = required(data, Tag.PIXEL_REPRESENTATION, "PixelRepresentation");
    if (representation > 1) {
      throw new DicomFormatException("PixelRepresentation must be 0 or 1, not " + representation);
    }
    return new PixelFormat(rows, columns, allocated, stored, high, representation == 1);
  }

  private static int required(DataSet data, int tag, String name) throws DicomFormatException {
    return data.uint16(tag).orElseThrow(() -> new DicomFormatException(name + " is missing"));
  }

  /** The number of pixels of a frame. */
  int pixels() {
    return rows * columns;
  }

  /** The number of bytes of an uncompressed frame. */
  int frameBytes() {
    return pixels() * (bitsAllocated / Byte.SIZE);
  }

  /**
   * Turns words as they lie in the file into stored values, in place: drops the bits above the high
   * bit (old overlays) and below the stored ones, and extends the sign.
   */
  void wordsToValues(short[] words) {
    int left = Integer.SIZE - 1 - highBit;
    int right = Integer.SIZE - bitsStored;
    if (bitsStored == Short.SIZE) {
      return;
    }
    if (signed) {
      for (int i = 0; i < words.length; i++) {
        words[i] = (short) (words[i] << left >> right);
      }
    } else {
      for (int i = 0; i < words.length; i++) {
        words[i] = (short) (words[i] << left >>> right);
      }
    }
  }

  /** A slice of stored values; takes the array over. */
  HuSlice slice(short[] values, double slope, double intercept) {
    if (signed || bitsStored < Short.SIZE) {
      return HuSlice.ofShorts(values, slope, intercept);
    }
    for (int i = 0; i < values.length; i++) {
      values[i] -= (short) UNSIGNED_OFFSET;
    }
    return HuSlice.ofShorts(values, slope, intercept + slope * UNSIGNED_OFFSET);
  }
}
