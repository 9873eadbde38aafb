package ai.pancreas.dataset;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.io.AtomicFolder;
import ai.pancreas.model.RegionPreprocessing.Corrected;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * Writes a {@link RegionCache}, patient by patient: memory holds one region. The folder appears
 * when all is written, see {@link #commit}; closing the writer before that leaves nothing behind.
 * Not thread-safe.
 */
public final class RegionCacheWriter implements AutoCloseable {

  /** Of values from -1 to 1, which stand for -1024 to 1024 HU. */
  private static final float STEPS = 1024 * RegionCache.STEPS_PER_HU;

  private final Path target;
  private final int size;
  private final int enlargedSize;
  private final Corrected preprocessing;
  private final String masks;
  private final List<CachedRegion> regions = new ArrayList<>();
  private final AtomicFolder folder;

  /**
   * Starts a cache.
   *
   * @param target the folder to make; see {@link #requireWritable}
   * @param size slices, rows and columns of the network's input
   * @param enlargedSize slices, rows and columns of the regions to be written
   * @param masks where the masks came from, for people
   * @throws IllegalArgumentException if there are no such sizes
   * @throws PancreasException {@code OUTPUT} if nothing can be written there
   */
  public RegionCacheWriter(
      Path target, int size, int enlargedSize, Corrected preprocessing, String masks) {
    this.target = target;
    this.size = size;
    this.enlargedSize = enlargedSize;
    this.preprocessing = preprocessing;
    this.masks = masks;
    index();
    this.folder = new AtomicFolder(target);
  }

  private RegionIndex index() {
    return new RegionIndex(
        RegionIndex.FORMAT,
        RegionIndex.VERSION,
        size,
        enlargedSize,
        preprocessing.crop(),
        masks,
        regions);
  }

  /**
   * Checks that a cache may be written to a folder: it is new, or empty, or a region cache that may
   * be replaced.
   *
   * @throws PancreasException {@code OUTPUT} if not
   */
  public static void requireWritable(Path target, boolean overwrite) {
    CacheFolder.requireWritable(target, overwrite, RegionCacheWriter::isRegionCache);
  }

  private static boolean isRegionCache(Path folder) {
    try {
      RegionIndex.read(folder);
      return true;
    } catch (PancreasException e) {
      return false;
    }
  }

  /** The folder to write further files to, which become part of the cache. */
  Path path() {
    return folder.path();
  }

  /**
   * Writes a patient's region.
   *
   * @param patient a name that is new
   * @param label 1 with cancer, 0 without
   * @param region [slice][row][column], -1 to 1 for -1024 to 1024 HU, from its position to its
   *     limit, which it keeps
   * @return what was written
   * @throws PancreasException {@code OUTPUT} if it cannot be written
   */
  public CachedRegion add(
      String patient, int label, double maskVolumeMl, double meanHu, FloatBuffer region) {
    int count = enlargedSize * enlargedSize * enlargedSize;
    if (region.remaining() != count) {
      throw new IllegalArgumentException(
          "a region of " + region.remaining() + " voxels instead of " + count);
    }
    if (regions.stream().anyMatch(each -> each.patient().equals(patient))) {
      throw new IllegalArgumentException("a second patient " + patient);
    }
    ByteBuffer bytes = ByteBuffer.allocate(count * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int start = region.position();
    for (int i = 0; i < count; i++) {
      float value = Math.max(-1, Math.min(1, region.get(start + i)));
      bytes.putShort((short) Math.round(value * STEPS));
    }
    CRC32C checksum = new CRC32C();
    checksum.update(bytes.array());
    CachedRegion added =
        new CachedRegion(
            patient,
            label,
            maskVolumeMl,
            meanHu,
            String.format(Locale.ROOT, "region-%04d.bin", regions.size() + 1),
            checksum.getValue());
    try {
      Files.write(folder.path().resolve(added.file()), bytes.array());
    } catch (IOException e) {
      throw new PancreasException(
          ErrorCode.OUTPUT,
          "the region cache cannot be written to " + target + "; check permissions and space",
          e);
    }
    regions.add(added);
    return added;
  }

  /**
   * Writes the index and puts the cache in its place, where it replaces what was there.
   *
   * @throws PancreasException {@code OUTPUT} if that is not possible
   */
  public void commit() {
    DatasetJson.write(folder.path().resolve(RegionIndex.FILE), index());
    folder.commit();
  }

  @Override
  public void close() {
    folder.close();
  }
}
