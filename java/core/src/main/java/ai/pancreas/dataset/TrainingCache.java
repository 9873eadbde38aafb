package ai.pancreas.dataset;

import ai.pancreas.PancreasException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * Slices ready for training: a folder whose files are mapped into memory, so that the operating
 * system keeps what is used and the heap stays free. Thread-safe.
 *
 * <p>The folder holds {@code index.json}, {@code hu.bin} ([slice][row][column], int16, little
 * endian, HU), {@code masks.bin} (the same order, a bit a pixel, each slice padded to whole bytes),
 * {@code split.json} and {@code report.json}.
 *
 * <p>Java gives mapped memory back once nobody refers to it: some time after {@link #close}.
 */
public final class TrainingCache implements AutoCloseable {
  /** The file of the split that {@code prepare} makes. */
  private static final String SPLIT_FILE = "split.json";

  private final Path folder;
  private final CacheIndex index;
  private volatile MappedSlices hu;
  private volatile MappedSlices masks;

  private TrainingCache(Path folder, CacheIndex index, MappedSlices hu, MappedSlices masks) {
    this.folder = folder;
    this.index = index;
    this.hu = hu;
    this.masks = masks;
  }

  /**
   * Opens a cache.
   *
   * @throws PancreasException {@code USAGE} if the folder is not a cache, {@code BAD_DATA} if it is
   *     damaged
   */
  public static TrainingCache open(Path folder) {
    CacheIndex index = CacheIndex.read(folder);
    return new TrainingCache(
        folder,
        index,
        MappedSlices.open(
            folder.resolve(CacheIndex.HU_FILE),
            index.slices(),
            index.huBytes(),
            MappedSlices.PART_BYTES),
        MappedSlices.open(
            folder.resolve(CacheIndex.MASKS_FILE),
            index.slices(),
            index.maskBytes(),
            MappedSlices.PART_BYTES));
  }

  /** Where {@code prepare} lists which patients train and which validate. */
  public Path splitFile() {
    return splitFile(folder);
  }

  static Path splitFile(Path folder) {
    return folder.resolve(SPLIT_FILE);
  }

  /** The rows of every slice. */
  public int rows() {
    return index.rows();
  }

  /** The columns of every slice. */
  public int columns() {
    return index.columns();
  }

  /** All cases, in the order of their slices. */
  public List<CachedCase> cases() {
    return index.cases();
  }

  /**
   * Eight hexadecimal digits that tell this cache from others: by its index, which also has the
   * checksum of each case's slices.
   */
  public String fingerprint() {
    CRC32C checksum = new CRC32C();
    checksum.update(DatasetJson.text(index).getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits((int) checksum.getValue());
  }

  /**
   * Reads one slice of a case into arrays of its own.
   *
   * @param slice from 0 to {@code each.slices() - 1}
   * @throws IllegalStateException if the cache is closed
   */
  public LabelledSlice slice(CachedCase each, int slice) {
    Objects.checkIndex(slice, each.slices());
    int position = each.firstSlice() + slice;
    short[] values = new short[rows() * columns()];
    opened(hu).at(position).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(values);
    byte[] bits = new byte[index.maskBytes()];
    opened(masks).at(position).get(bits);
    byte[] mask = new byte[values.length];
    MaskBits.unpack(bits, mask);
    return new LabelledSlice(rows(), columns(), values, mask);
  }

  private static MappedSlices opened(MappedSlices slices) {
    if (slices == null) {
      throw new IllegalStateException("the training cache is closed");
    }
    return slices;
  }

  /** Lets the mapped memory go. */
  @Override
  public void close() {
    hu = null;
    masks = null;
  }
}
