package ai.pancreas.dataset;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The file {@code index.json} of a cache: sizes and cases. Beside it, {@code hu.bin} holds the HU
 * of all slices, [slice][row][column], int16, little endian; {@code masks.bin} their masks as bits,
 * the lowest bit first, each slice padded to whole bytes.
 *
 * @param format {@link #FORMAT}
 * @param version {@link #VERSION}
 * @param rows of every slice
 * @param columns of every slice
 * @param cases in the order of their slices, without gaps
 */
record CacheIndex(String format, int version, int rows, int columns, List<CachedCase> cases) {
  static final String FORMAT = "pancreas-ai training cache";
  static final int VERSION = 1;
  static final String FILE = "index.json";
  static final String HU_FILE = "hu.bin";
  static final String MASKS_FILE = "masks.bin";

  /** The most rows or columns. */
  static final int MOST = 8192;

  CacheIndex {
    if (!FORMAT.equals(format)) {
      throw new IllegalArgumentException("it is not the index of a training cache");
    }
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "it has version " + version + ", and this program reads " + VERSION);
    }
    if (rows < 1 || rows > MOST || columns < 1 || columns > MOST) {
      throw new IllegalArgumentException("impossible slices of " + rows + " x " + columns);
    }
    cases = List.copyOf(cases);
    Set<String> ids = new HashSet<>();
    int slices = 0;
    for (CachedCase each : cases) {
      if (each.firstSlice() != slices || !ids.add(each.id())) {
        throw new IllegalArgumentException("case " + each.id() + " overlaps another");
      }
      slices = Math.addExact(slices, each.slices());
    }
  }

  static CacheIndex of(int rows, int columns, List<CachedCase> cases) {
    return new CacheIndex(FORMAT, VERSION, rows, columns, new ArrayList<>(cases));
  }

  /**
   * Reads a cache's index.
   *
   * @throws PancreasException {@code USAGE} if the folder holds none, {@code BAD_DATA} if it is
   *     damaged
   */
  static CacheIndex read(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new PancreasException(
          ErrorCode.USAGE, folder + " is not a training cache; make one with prepare");
    }
    return DatasetJson.read(file, CacheIndex.class);
  }

  int slices() {
    return cases.stream().mapToInt(CachedCase::slices).sum();
  }

  int huBytes() {
    return rows * columns * Short.BYTES;
  }

  int maskBytes() {
    return (rows * columns + 7) / 8;
  }
}
