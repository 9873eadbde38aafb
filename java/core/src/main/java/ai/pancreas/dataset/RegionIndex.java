package ai.pancreas.dataset;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The file {@code index.json} of a region cache. Beside it, each patient has a file of int16,
 * little endian, [slice][row][column], {@link RegionCache#STEPS_PER_HU} steps a HU.
 *
 * @param format {@link #FORMAT}
 * @param version {@link #VERSION}
 * @param size slices, rows and columns of the network's input
 * @param enlargedSize slices, rows and columns of the regions in the cache
 * @param crop see {@link ai.pancreas.model.RegionPreprocessing.Corrected}
 * @param masks where the masks came from, for people
 * @param regions all different patients
 */
record RegionIndex(
    String format,
    int version,
    int size,
    int enlargedSize,
    double crop,
    String masks,
    List<CachedRegion> regions) {
  static final String FORMAT = "pancreas-ai region cache";
  static final int VERSION = 1;
  static final String FILE = "index.json";

  /** The network halves its input four times. */
  static final int SIZE_MULTIPLE = 16;

  static final int LARGEST_SIZE = 512;

  RegionIndex {
    if (!FORMAT.equals(format)) {
      throw new IllegalArgumentException("it is not the index of a region cache");
    }
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "it has version " + version + ", and this program reads " + VERSION);
    }
    requireSize(size);
    if (enlargedSize < size || enlargedSize > 2 * size) {
      throw new IllegalArgumentException(
          "impossible regions of " + enlargedSize + " voxels for a network of " + size);
    }
    if (!(crop >= 0 && crop <= 1)) {
      throw new IllegalArgumentException("a crop is 0 to 1, not " + crop);
    }
    Objects.requireNonNull(masks, "masks");
    regions = List.copyOf(regions);
    Set<String> names = new HashSet<>();
    for (CachedRegion each : regions) {
      if (!names.add("patient " + each.patient()) || !names.add("file " + each.file())) {
        throw new IllegalArgumentException("it has patient " + each.patient() + " twice");
      }
    }
  }

  /**
   * Checks a network's size.
   *
   * @throws IllegalArgumentException if no network has it
   */
  static void requireSize(int size) {
    if (size < SIZE_MULTIPLE || size > LARGEST_SIZE || size % SIZE_MULTIPLE != 0) {
      throw new IllegalArgumentException(
          "a region's size is a multiple of "
              + SIZE_MULTIPLE
              + " up to "
              + LARGEST_SIZE
              + ", not "
              + size);
    }
  }

  /**
   * Reads a cache's index.
   *
   * @throws PancreasException {@code USAGE} if the folder holds none, {@code BAD_DATA} if it is
   *     damaged
   */
  static RegionIndex read(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new PancreasException(
          ErrorCode.USAGE, folder + " is not a region cache; make one with prepare classification");
    }
    return DatasetJson.read(file, RegionIndex.class);
  }

  /** The bytes of one region. */
  int regionBytes() {
    return enlargedSize * enlargedSize * enlargedSize * Short.BYTES;
  }
}
