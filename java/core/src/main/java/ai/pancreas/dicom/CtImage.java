package ai.pancreas.dicom;

import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A file that holds one or many slices of a CT.
 *
 * @param seriesKey the SeriesInstanceUID, or a key made of other things where it is missing
 * @param modality what the file says, empty if nothing
 * @param original whether the scanner made it, rather than a program afterwards
 * @param deflatedFrom where the deflated part of the file starts, if there is one
 * @param swapped whether the bytes of each pair are exchanged (8-bit pixels in big-endian words)
 * @param warnings one line each, the same for all files with the same trouble
 */
record CtImage(
    DicomSource source,
    String seriesKey,
    String modality,
    boolean original,
    TransferSyntax syntax,
    OptionalLong deflatedFrom,
    PixelFormat format,
    boolean swapped,
    List<CtFrame> frames,
    Set<String> warnings) {

  /** Opens the file such that positions count as in {@link PixelData}. */
  ByteReader open() throws IOException {
    ByteReader in = source.open();
    if (deflatedFrom.isEmpty()) {
      return in;
    }
    try {
      in.skip(deflatedFrom.getAsLong());
      return in.inflated();
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  /** Whether it costs nothing to open the file in its middle. */
  boolean isSeekable() {
    return source instanceof DicomSource.OfFile && deflatedFrom.isEmpty();
  }

  /** The name of a frame for messages. */
  String describe(CtFrame frame) {
    return frames.size() == 1 ? source.name() : source.name() + ", frame " + frame.number();
  }
}
