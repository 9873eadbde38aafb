package ai.pancreas.dicom;

/**
 * Decodes compressed DICOM frames. Found by {@link java.util.ServiceLoader}; thread-safe; must be
 * cheap to create.
 */
public interface FrameCodec {

  /** Whether frames of a transfer syntax can be decoded. */
  boolean supports(String transferSyntaxUid);

  /**
   * Decodes one frame of one sample a pixel.
   *
   * <p>The caller has checked that the frame is whole: that it starts and ends with the markers of
   * its format.
   *
   * @param transferSyntaxUid one that is supported
   * @param frame the compressed bytes, fragments joined
   * @param format what the data set says of the pixels
   * @param out [row][column]; receives the stored values: the low {@code bitsStored} bits, sign
   *     extended where the format is signed, as Java shorts (unsigned 16-bit values wrap)
   * @throws java.io.IOException with a short reason if the frame is damaged or does not have the
   *     size that the format says
   */
  void decode(String transferSyntaxUid, byte[] frame, FrameFormat format, short[] out)
      throws java.io.IOException;

  /** What a data set says of its pixels. */
  record FrameFormat(int rows, int columns, int bitsAllocated, int bitsStored, boolean signed) {}
}
