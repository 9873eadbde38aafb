package ai.pancreas.dataset;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.io.AtomicFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.zip.CRC32C;

/**
 * Writes a {@link TrainingCache}, case by case, slice by slice: memory holds one slice. The folder
 * appears when all is written, see {@link #commit}; closing the writer before that leaves nothing
 * behind. Not thread-safe.
 */
public final class TrainingCacheWriter implements AutoCloseable {
  private final Path target;
  private final int rows;
  private final int columns;
  private final List<CachedCase> cases = new ArrayList<>();
  private final AtomicFolder folder;
  private final FileChannel hu;
  private final FileChannel masks;
  private final ByteBuffer huBytes;
  private final ByteBuffer maskBytes;
  private int slices;

  /**
   * Starts a cache.
   *
   * @param target the folder to make; see {@link #requireWritable}
   * @param rows of every slice
   * @param columns of every slice
   * @throws PancreasException {@code OUTPUT} if nothing can be written there
   */
  public TrainingCacheWriter(Path target, int rows, int columns) {
    this.target = target;
    this.rows = rows;
    this.columns = columns;
    CacheIndex empty = CacheIndex.of(rows, columns, List.of());
    this.huBytes = ByteBuffer.allocate(empty.huBytes()).order(ByteOrder.LITTLE_ENDIAN);
    this.maskBytes = ByteBuffer.allocate(empty.maskBytes());
    this.folder = new AtomicFolder(target);
    try {
      this.hu = create(CacheIndex.HU_FILE);
      this.masks = create(CacheIndex.MASKS_FILE);
    } catch (IOException e) {
      folder.close();
      throw cannotWrite(e);
    }
  }

  private FileChannel create(String name) throws IOException {
    return FileChannel.open(
        folder.path().resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /**
   * Checks that a cache may be written to a folder: it is new, or empty, or a cache that may be
   * replaced.
   *
   * @throws PancreasException {@code OUTPUT} if not
   */
  public static void requireWritable(Path target, boolean overwrite) {
    CacheFolder.requireWritable(
        target,
        overwrite,
        folder ->
            Files.isRegularFile(folder.resolve(CacheIndex.FILE))
                && Files.isRegularFile(folder.resolve(CacheIndex.HU_FILE)));
  }

  /** The folder to write further files to, which become part of the cache. */
  Path path() {
    return folder.path();
  }

  /**
   * Writes a case. If its source throws, the cache is as if the case had never come.
   *
   * @param about what is known of it; its name must be new
   * @param count the number of slices, at least 1
   * @param source gives each slice in turn, of the cache's rows and columns
   * @return what was written
   * @throws PancreasException {@code OUTPUT} if it cannot be written
   */
  public CachedCase add(CaseDescription about, int count, IntFunction<LabelledSlice> source) {
    if (cases.stream().anyMatch(each -> each.id().equals(about.id()))) {
      throw new IllegalArgumentException("a second case " + about.id());
    }
    boolean complete = false;
    try {
      List<Integer> pancreasPixels = new ArrayList<>(count);
      CRC32C checksum = new CRC32C();
      for (int z = 0; z < count; z++) {
        pancreasPixels.add(write(source.apply(z)));
        checksum.update(huBytes.array());
        checksum.update(maskBytes.array());
      }
      CachedCase added = new CachedCase(about, slices, pancreasPixels, checksum.getValue());
      cases.add(added);
      slices = Math.addExact(slices, count);
      complete = true;
      return added;
    } finally {
      if (!complete) {
        forget();
      }
    }
  }

  private int write(LabelledSlice slice) {
    if (slice.rows() != rows || slice.columns() != columns) {
      throw new IllegalArgumentException(
          "a slice of "
              + slice.rows()
              + " x "
              + slice.columns()
              + " for a cache of "
              + rows
              + " x "
              + columns);
    }
    huBytes.clear().asShortBuffer().put(slice.hu());
    int inside = MaskBits.pack(slice.mask(), maskBytes.array());
    try {
      writeFully(hu, huBytes);
      writeFully(masks, maskBytes.clear());
    } catch (IOException e) {
      throw cannotWrite(e);
    }
    return inside;
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private void forget() {
    try {
      hu.truncate((long) slices * huBytes.capacity());
      masks.truncate((long) slices * maskBytes.capacity());
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  /**
   * Writes the index and puts the cache in its place, where it replaces what was there.
   *
   * @throws PancreasException {@code OUTPUT} if that is not possible
   */
  public void commit() {
    DatasetJson.write(folder.path().resolve(CacheIndex.FILE), CacheIndex.of(rows, columns, cases));
    try {
      hu.force(false);
      masks.force(false);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
    closeFiles();
    folder.commit();
  }

  @Override
  public void close() {
    try {
      closeFiles();
    } finally {
      folder.close();
    }
  }

  private void closeFiles() {
    try (hu;
        masks) {
      // Both are closed, whatever happens to one.
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  private PancreasException cannotWrite(IOException cause) {
    return new PancreasException(
        ErrorCode.OUTPUT,
        "the training cache cannot be written to " + target + "; check permissions and space",
        cause);
  }
}
