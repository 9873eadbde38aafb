package ai.pancreas.dataset;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.model.RegionPreprocessing.Corrected;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Regions around the pancreas, ready for training a classification network: a folder with {@code
 * index.json} and a file for each patient. Regions are enlarged, so that what a network sees in use
 * lies in their middle and augmentation has room. Immutable and thread-safe; a region is read when
 * it is asked for, and the operating system keeps what is used.
 */
public final class RegionCache {

  /** Values are HU times this, so -1024 to 1024 HU are -16384 to 16384. */
  public static final int STEPS_PER_HU = 16;

  private final Path folder;
  private final RegionIndex index;

  private RegionCache(Path folder, RegionIndex index) {
    this.folder = folder;
    this.index = index;
  }

  /**
   * Opens a cache and checks that all its files are there and as large as they should be.
   *
   * @throws PancreasException {@code USAGE} if the folder is not a region cache, {@code BAD_DATA}
   *     if it is damaged
   */
  public static RegionCache open(Path folder) {
    RegionCache cache = new RegionCache(folder, RegionIndex.read(folder));
    cache.regions().forEach(each -> cache.requireWhole(each));
    return cache;
  }

  private void requireWhole(CachedRegion each) {
    Path file = folder.resolve(each.file());
    try {
      long bytes = Files.size(file);
      if (bytes != index.regionBytes()) {
        throw new PancreasException(
            ErrorCode.BAD_DATA,
            file
                + " has "
                + bytes
                + " bytes instead of "
                + index.regionBytes()
                + "; prepare it again");
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** Slices, rows and columns of the network's input. */
  public int size() {
    return index.size();
  }

  /** Slices, rows and columns of each region: about 1.2 times {@link #size}. */
  public int enlargedSize() {
    return index.enlargedSize();
  }

  /** What a network that was trained on this cache needs in use. */
  public Corrected preprocessing() {
    return new Corrected(index.crop());
  }

  /** Where the masks came from, for people: {@code files}, or the model that made them. */
  public String masks() {
    return index.masks();
  }

  /** All patients. */
  public List<CachedRegion> regions() {
    return index.regions();
  }

  /**
   * Eight hexadecimal digits that tell this cache from others: by its index, which also has the
   * checksum of each region.
   */
  public String fingerprint() {
    CRC32C checksum = new CRC32C();
    checksum.update(DatasetJson.text(index).getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits((int) checksum.getValue());
  }

  /**
   * Reads a region.
   *
   * @param each one of {@link #regions}
   * @return [slice][row][column] of {@link #enlargedSize}: HU times {@link #STEPS_PER_HU}, clipped
   *     to -1024 to 1024 HU; 0 outside the mask. Slices run to the head, rows to the back, columns
   *     to the patient's left
   * @throws PancreasException {@code BAD_DATA} if its file is damaged
   */
  public short[] read(CachedRegion each) {
    requireWhole(each);
    Path file = folder.resolve(each.file());
    ByteBuffer bytes = ByteBuffer.allocate(index.regionBytes()).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // Until all is read or the file ends.
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    CRC32C checksum = new CRC32C();
    checksum.update(bytes.flip());
    if (checksum.getValue() != each.checksum()) {
      throw new PancreasException(
          ErrorCode.BAD_DATA, file + " is damaged: its checksum differs; prepare it again");
    }
    short[] values = new short[index.regionBytes() / Short.BYTES];
    bytes.rewind().asShortBuffer().get(values);
    return values;
  }

  private static PancreasException unreadable(Path file, IOException cause) {
    return new PancreasException(
        ErrorCode.BAD_DATA,
        file + (Files.exists(file) ? " cannot be read" : " is missing; prepare it again"),
        cause);
  }
}
