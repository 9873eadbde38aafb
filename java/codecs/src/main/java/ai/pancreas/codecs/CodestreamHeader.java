package ai.pancreas.codecs;

import ai.pancreas.dicom.FrameCodec.FrameFormat;
import java.io.IOException;

/**
 * What a codestream says of its picture.
 *
 * @param precision bits a sample
 * @param signed whether samples are two's complement numbers; only JPEG 2000 has such samples
 */
record CodestreamHeader(int rows, int columns, int components, int precision, boolean signed) {

  /** Refuses a codestream that does not hold the picture that the data set describes. */
  void require(FrameFormat format, int leastPrecision) throws IOException {
    if (rows != format.rows() || columns != format.columns()) {
      throw new IOException(
          "the compressed frame has %d rows of %d pixels, the data set says %d of %d"
              .formatted(rows, columns, format.rows(), format.columns()));
    }
    if (components != 1) {
      throw new IOException(
          "the compressed frame has " + components + " components, one is supported");
    }
    if (precision < leastPrecision || precision > Math.min(16, format.bitsAllocated())) {
      throw new IOException(
          "the compressed frame has %d bits a sample, %d to %d are supported here"
              .formatted(precision, leastPrecision, Math.min(16, format.bitsAllocated())));
    }
  }
}
