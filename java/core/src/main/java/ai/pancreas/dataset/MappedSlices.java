package ai.pancreas.dataset;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** A file of equal slices, mapped in parts, because one buffer ends at 2 GiB. Thread-safe. */
record MappedSlices(List<MappedByteBuffer> parts, int slicesOfPart, int sliceBytes) {

  /** The most bytes of a part. */
  static final int PART_BYTES = 1 << 30;

  /**
   * Maps a file.
   *
   * @param partBytes the most bytes of a part, at least a slice
   * @throws PancreasException {@code BAD_DATA} if it is not there or has another size
   */
  static MappedSlices open(Path file, int slices, int sliceBytes, int partBytes) {
    long expected = (long) slices * sliceBytes;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size != expected) {
        throw new PancreasException(
            ErrorCode.BAD_DATA,
            file + " has " + size + " bytes instead of " + expected + "; prepare it again");
      }
      int slicesOfPart = partBytes / sliceBytes;
      long wholePart = (long) slicesOfPart * sliceBytes;
      List<MappedByteBuffer> parts = new ArrayList<>();
      for (long start = 0; start < size; start += wholePart) {
        parts.add(
            channel.map(FileChannel.MapMode.READ_ONLY, start, Math.min(wholePart, size - start)));
      }
      return new MappedSlices(List.copyOf(parts), slicesOfPart, sliceBytes);
    } catch (IOException e) {
      throw new PancreasException(
          ErrorCode.BAD_DATA,
          file + (Files.exists(file) ? " cannot be read" : " is missing; prepare it again"),
          e);
    }
  }

  /** The bytes of a slice, in a buffer of its own position. */
  ByteBuffer at(int slice) {
    return parts.get(slice / slicesOfPart).slice(slice % slicesOfPart * sliceBytes, sliceBytes);
  }
}
