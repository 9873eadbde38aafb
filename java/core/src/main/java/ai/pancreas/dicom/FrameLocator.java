package ai.pancreas.dicom;

import ai.pancreas.dicom.TransferSyntax.Compression;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Tells which bytes of a file make which frame (DICOM PS3.5 section 8.2 and annex A.4). */
final class FrameLocator {
  private static final long COMPRESSED_ALLOWANCE = 1 << 20;

  /** A run of two bytes stands for 128 at most. */
  private static final int RLE_RATIO = 64;

  private FrameLocator() {}

  /** The pieces of each frame, in the order of the frames. */
  static List<List<PixelData.Fragment>> locate(
      PixelData pixels, TransferSyntax syntax, PixelFormat format, int frames)
      throws DicomFormatException {
    if (pixels instanceof PixelData.Native plain) {
      if (syntax.compression() != Compression.NONE) {
        throw new DicomFormatException("the pixels are not compressed as " + syntax.describe());
      }
      return locateNative(plain, format, frames);
    }
    List<List<PixelData.Fragment>> located =
        locateEncapsulated((PixelData.Encapsulated) pixels, syntax.compression(), frames);
    for (List<PixelData.Fragment> frame : located) {
      long length = frame.stream().mapToLong(PixelData.Fragment::length).sum();
      if (length > 2L * format.frameBytes() + COMPRESSED_ALLOWANCE) {
        throw new DicomFormatException("a compressed frame is far longer than its pixels");
      }
      if (syntax.compression() == Compression.RLE && length < format.frameBytes() / RLE_RATIO) {
        throw new DicomFormatException("an RLE frame is truncated");
      }
    }
    return located;
  }

  private static List<List<PixelData.Fragment>> locateNative(
      PixelData.Native plain, PixelFormat format, int frames) throws DicomFormatException {
    long expected = (long) format.frameBytes() * frames;
    if (plain.length() < expected) {
      throw new DicomFormatException(
          "the pixels are truncated: " + plain.length() + " bytes of " + expected);
    }
    // Some writers pad, but less than a row.
    if (plain.length() >= expected + format.frameBytes() / format.rows()) {
      throw new DicomFormatException(
          "there are more pixels than the header says: "
              + plain.length()
              + " bytes for "
              + expected);
    }
    List<List<PixelData.Fragment>> located = new ArrayList<>();
    for (int i = 0; i < frames; i++) {
      long offset = plain.offset() + (long) i * format.frameBytes();
      located.add(List.of(new PixelData.Fragment(offset, format.frameBytes(), new byte[0])));
    }
    return located;
  }

  private static List<List<PixelData.Fragment>> locateEncapsulated(
      PixelData.Encapsulated pixels, Compression compression, int frames)
      throws DicomFormatException {
    List<PixelData.Fragment> fragments = pixels.fragments();
    if (fragments.size() < frames) {
      throw new DicomFormatException(
          "the pixels are truncated: " + fragments.size() + " fragments for " + frames + " frames");
    }
    if (frames == 1) {
      return List.of(fragments);
    }
    if (fragments.size() == frames) {
      return fragments.stream().map(List::of).toList();
    }
    int[] starts = startsByTable(pixels);
    if (!startFrames(starts, frames)) {
      starts = startsByMarker(fragments, compression);
    }
    if (!startFrames(starts, frames)) {
      throw new DicomFormatException(
          fragments.size() + " fragments cannot be assigned to " + frames + " frames");
    }
    List<List<PixelData.Fragment>> located = new ArrayList<>();
    for (int i = 0; i < frames; i++) {
      int end = i + 1 < frames ? starts[i + 1] : fragments.size();
      located.add(fragments.subList(starts[i], end));
    }
    return located;
  }

  /** Whether these are the first fragments of so many frames. */
  private static boolean startFrames(int[] starts, int frames) {
    boolean ascending = starts.length == frames && starts[0] == 0;
    for (int i = 1; ascending && i < frames; i++) {
      ascending = starts[i] > starts[i - 1];
    }
    return ascending;
  }

  private static int[] startsByTable(PixelData.Encapsulated pixels) {
    long[] itemOffsets =
        pixels.fragments().stream()
            .mapToLong(fragment -> fragment.offset() - 8 - pixels.firstFragment())
            .toArray();
    return Arrays.stream(pixels.offsetTable())
        .mapToInt(offset -> Arrays.binarySearch(itemOffsets, offset))
        .toArray();
  }

  private static int[] startsByMarker(List<PixelData.Fragment> fragments, Compression compression) {
    return IntStream.range(0, fragments.size())
        .filter(i -> compression.startsFrame(fragments.get(i).start()))
        .toArray();
  }
}
