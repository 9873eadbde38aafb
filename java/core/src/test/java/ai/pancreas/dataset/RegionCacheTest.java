package ai.pancreas.dataset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.model.RegionPreprocessing.Corrected;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegionCacheTest {
  private static final int SIZE = 16;
  private static final int ENLARGED = 19;
  private static final int COUNT = ENLARGED * ENLARGED * ENLARGED;

  @TempDir private Path folder;
  private Path cache;

  @BeforeEach
  void nameCache() {
    cache = folder.resolve("cache");
  }

  @Test
  void whatIsWrittenIsReadInStepsOfASixteenthHu() {
    FloatBuffer region = FloatBuffer.allocate(COUNT);
    region.put(0, -1).put(1, 1).put(2, 100f / 1024).put(3, 0.5f / 16384 + 0.1f).put(4, 7);
    try (RegionCacheWriter writer = writer()) {
      writer.add("a", 0, 71.5, 88.25, region);
      writer.add("b", 1, 60, 70, FloatBuffer.allocate(COUNT));
      writer.commit();
    }

    RegionCache read = RegionCache.open(cache);

    assertEquals(SIZE, read.size());
    assertEquals(ENLARGED, read.enlargedSize());
    assertEquals(new Corrected(0.9), read.preprocessing());
    assertEquals("files", read.masks());
    assertEquals(List.of("a", "b"), read.regions().stream().map(CachedRegion::patient).toList());
    CachedRegion first = read.regions().get(0);
    assertEquals(0, first.label());
    assertEquals(71.5, first.maskVolumeMl());
    assertEquals(88.25, first.meanHu());
    short[] values = read.read(first);
    assertEquals(COUNT, values.length);
    assertEquals(-16384, values[0]);
    assertEquals(16384, values[1]);
    assertEquals(100 * RegionCache.STEPS_PER_HU, values[2]);
    assertEquals(Math.round(16384 * 0.1 + 0.5), values[3]);
    assertEquals(16384, values[4], "clipped");
    assertArrayEquals(new short[COUNT], read.read(read.regions().get(1)));
  }

  @Test
  void manyThreadsReadTheSame() {
    write("a", "b", "c");
    RegionCache read = RegionCache.open(cache);

    List<Integer> firsts =
        IntStream.range(0, 60)
            .parallel()
            .mapToObj(i -> (int) read.read(read.regions().get(i % 3))[0])
            .toList();

    for (int i = 0; i < 60; i++) {
      assertEquals(1024 * (i % 3 + 1), firsts.get(i));
    }
  }

  @Test
  void theFingerprintTellsContentsApart() {
    write("a", "b");
    String both = RegionCache.open(cache).fingerprint();
    write("a", "b");
    assertEquals(both, RegionCache.open(cache).fingerprint());
    write("b", "a");
    assertNotEquals(both, RegionCache.open(cache).fingerprint());
  }

  @Test
  void damageIsToldWithTheFile() throws IOException {
    write("a", "b");
    Path file = cache.resolve("region-0002.bin");
    byte[] bytes = Files.readAllBytes(file);
    RegionCache read = RegionCache.open(cache);

    bytes[100] ^= 1;
    Files.write(file, bytes);
    assertFails("checksum", () -> read.read(read.regions().get(1)));
    assertEquals(COUNT, read.read(read.regions().get(0)).length, "the other is whole");

    Files.write(file, new byte[10]);
    assertFails("10 bytes instead of", () -> read.read(read.regions().get(1)));
    assertFails("10 bytes instead of", () -> RegionCache.open(cache));

    Files.delete(file);
    assertFails("is missing", () -> RegionCache.open(cache));
  }

  @ParameterizedTest
  @CsvSource({
    "'\"version\": 1', '\"version\": 2', version 2",
    "region cache, training cache, not the index",
    "'\"size\": 16', '\"size\": 15', multiple of 16",
    "'\"size\": 16', '\"size\": 1000000000', up to 512",
    "'\"enlargedSize\": 19', '\"enlargedSize\": 2000000000', impossible regions",
    "'\"crop\": 0.9', '\"crop\": -3', crop",
    "'\"label\": 1', '\"label\": 2', 0 or 1",
    "region-0002.bin, ../../etc/passwd, impossible file name",
    "region-0002.bin, region-0001.bin, twice",
    "'\"patient\": \"b\"', '\"patient\": \"a\"', twice",
    "'\"regions\"', '\"other\"', damaged",
    "'}', '', damaged"
  })
  void aDamagedIndexIsRefused(String find, String replace, String word) throws IOException {
    write("a", "b");
    Path index = cache.resolve("index.json");
    String text = Files.readString(index);
    assertTrue(text.contains(find), text);

    Files.writeString(index, text.replace(find, replace));

    assertFails(word, () -> RegionCache.open(cache));
  }

  @Test
  void noCacheIsWrongUsage() {
    PancreasException error = assertThrows(PancreasException.class, () -> RegionCache.open(folder));
    assertEquals(ErrorCode.USAGE, error.code());
    assertTrue(error.getMessage().contains("prepare classification"), error.getMessage());
  }

  @Test
  void onlyARegionCacheIsReplacedAndOnlyWhenAsked() throws IOException {
    RegionCacheWriter.requireWritable(cache, false);
    Files.createDirectories(cache);
    RegionCacheWriter.requireWritable(cache, false);
    write("a");

    RegionCacheWriter.requireWritable(cache, true);
    assertNotWritable("--overwrite", cache, false);
    Files.writeString(Files.createDirectory(folder.resolve("other")).resolve("index.json"), "{}");
    assertNotWritable("not empty", folder.resolve("other"), true);
    assertNotWritable("is a file", cache.resolve("index.json"), true);
  }

  @Test
  void aWriterThatIsNotCommittedLeavesNothing() throws IOException {
    try (RegionCacheWriter writer = writer()) {
      writer.add("a", 0, 1, 1, FloatBuffer.allocate(COUNT));
      assertThrows(
          IllegalArgumentException.class,
          () -> writer.add("a", 1, 1, 1, FloatBuffer.allocate(COUNT)));
      assertThrows(
          IllegalArgumentException.class,
          () -> writer.add("b", 1, 1, 1, FloatBuffer.allocate(COUNT - 1)));
    }

    assertFalse(Files.exists(cache));
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(), left.toList());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 8, 17, 528, -16})
  void sizesThatNoNetworkHasAreRefused(int size) {
    assertThrows(
        IllegalArgumentException.class,
        () -> new RegionCacheWriter(cache, size, size, new Corrected(0.9), "files"));
    assertFalse(Files.exists(cache));
  }

  private RegionCacheWriter writer() {
    return new RegionCacheWriter(cache, SIZE, ENLARGED, new Corrected(0.9), "files");
  }

  /** The first value of each region counts its patients, in 1024ths of the range. */
  private void write(String... patients) {
    try (RegionCacheWriter writer = writer()) {
      for (int i = 0; i < patients.length; i++) {
        FloatBuffer region = FloatBuffer.allocate(COUNT).put(0, (i + 1) / 16f);
        writer.add(patients[i], i % 2, 50 + i, 80, region);
      }
      writer.commit();
    }
  }

  private static void assertFails(String word, Runnable action) {
    PancreasException error = assertThrows(PancreasException.class, action::run);
    assertEquals(ErrorCode.BAD_DATA, error.code());
    assertTrue(error.getMessage().contains(word), error.getMessage());
  }

  private static void assertNotWritable(String word, Path target, boolean overwrite) {
    PancreasException error =
        assertThrows(
            PancreasException.class, () -> RegionCacheWriter.requireWritable(target, overwrite));
    assertEquals(ErrorCode.OUTPUT, error.code());
    assertTrue(error.getMessage().contains(word), error.getMessage());
  }
}
