package ai.pancreas.codecs;

import ai.pancreas.dicom.FrameCodec.FrameFormat;

/** Turns decoded samples into stored values. */
final class StoredValues {
  private StoredValues() {}

  /**
   * Keeps the low {@code bitsStored} bits of each sample, and extends the sign where the data set
   * is signed. A codestream with fewer bits than that has its sign in its own highest bit (DICOM
   * PS3.5 8.2 wants both to agree).
   */
  static void narrow(short[] samples, CodestreamHeader header, FrameFormat format) {
    int bits = Math.min(format.bitsStored(), header.precision());
    int unused = 32 - bits;
    int pixels = format.rows() * format.columns();
    if (format.signed()) {
      for (int i = 0; i < pixels; i++) {
        samples[i] = (short) (samples[i] << unused >> unused);
      }
    } else {
      for (int i = 0; i < pixels; i++) {
        samples[i] = (short) (samples[i] << unused >>> unused);
      }
    }
  }
}
