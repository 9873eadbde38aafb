package ai.pancreas.dataset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingCacheTest {
  private static final int ROWS = 5;
  private static final int COLUMNS = 7;

  @TempDir private Path folder;

  @Test
  void whatIsWrittenIsRead() {
    Path cache = folder.resolve("cache");
    try (TrainingCacheWriter writer = new TrainingCacheWriter(cache, ROWS, COLUMNS)) {
      writer.add(about("a"), 3, TrainingCacheTest::slice);
      writer.add(about("b"), 2, z -> slice(z + 10));
      assertFalse(Files.exists(cache), "nothing is there before all is");
      writer.commit();
    }

    try (TrainingCache read = TrainingCache.open(cache)) {
      assertEquals(List.of("a", "b"), read.cases().stream().map(CachedCase::id).toList());
      CachedCase b = read.cases().get(1);
      assertEquals(about("b"), b.about());
      for (int z = 0; z < 2; z++) {
        LabelledSlice expected = slice(z + 10);
        LabelledSlice found = read.slice(b, z);
        assertArrayEquals(expected.hu(), found.hu());
        assertArrayEquals(expected.mask(), found.mask());
        int ones = 0;
        for (byte value : expected.mask()) {
          ones += value;
        }
        assertEquals(ones, b.pancreasPixels().get(z));
      }
      assertThrows(IndexOutOfBoundsException.class, () -> read.slice(b, 2));
    }
  }

  @Test
  void aCaseThatFailsLeavesNoTrace() {
    Path cache = folder.resolve("cache");
    try (TrainingCacheWriter writer = new TrainingCacheWriter(cache, ROWS, COLUMNS)) {
      writer.add(about("a"), 1, TrainingCacheTest::slice);
      assertThrows(
          IllegalStateException.class,
          () ->
              writer.add(
                  about("b"),
                  3,
                  z -> {
                    if (z == 2) {
                      throw new IllegalStateException("unreadable");
                    }
                    return slice(z);
                  }));
      writer.add(about("c"), 1, z -> slice(20));
      writer.commit();
    }

    try (TrainingCache read = TrainingCache.open(cache)) {
      assertEquals(List.of("a", "c"), read.cases().stream().map(CachedCase::id).toList());
      assertArrayEquals(slice(20).hu(), read.slice(read.cases().get(1), 0).hu());
    }
  }

  @Test
  void aWriterThatIsClosedEarlyLeavesNothingAndKeepsWhatWasThere() throws IOException {
    Path cache = writeOne();
    byte[] before = Files.readAllBytes(cache.resolve("hu.bin"));

    try (TrainingCacheWriter writer = new TrainingCacheWriter(cache, ROWS, COLUMNS)) {
      writer.add(about("b"), 1, z -> slice(9));
    }

    assertArrayEquals(before, Files.readAllBytes(cache.resolve("hu.bin")));
    assertEquals(List.of(cache), entries());
  }

  @Test
  void aCacheIsReplacedAsAWhole() throws IOException {
    Path cache = writeOne();

    try (TrainingCacheWriter writer = new TrainingCacheWriter(cache, ROWS, COLUMNS)) {
      writer.add(about("b"), 2, TrainingCacheTest::slice);
      writer.commit();
    }

    try (TrainingCache read = TrainingCache.open(cache)) {
      assertEquals("b", read.cases().get(0).id());
    }
    assertEquals(List.of(cache), entries());
  }

  @Test
  void onlyACacheMayBeReplacedAndOnlyWhenAsked() throws IOException {
    Path cache = writeOne();
    Path other = Files.createDirectory(folder.resolve("other"));
    TrainingCacheWriter.requireWritable(other, false);
    Files.writeString(other.resolve("index.json"), "{}");

    TrainingCacheWriter.requireWritable(folder.resolve("new"), false);
    TrainingCacheWriter.requireWritable(cache, true);
    assertCode(ErrorCode.OUTPUT, () -> TrainingCacheWriter.requireWritable(cache, false));
    assertCode(ErrorCode.OUTPUT, () -> TrainingCacheWriter.requireWritable(other, true));
  }

  @Test
  void damageIsToldBeforeAnythingIsRead() throws IOException {
    Path cache = writeOne();
    Path index = cache.resolve("index.json");
    String good = Files.readString(index);

    Files.writeString(index, good.replace("\"rows\": 5", "\"rows\": 6"));
    assertCode(ErrorCode.BAD_DATA, () -> TrainingCache.open(cache));
    Files.writeString(index, good.replace("\"rows\": 5", "\"rows\": 1000000000"));
    assertCode(ErrorCode.BAD_DATA, () -> TrainingCache.open(cache));
    Files.writeString(index, good.replace("\"about\"", "\"abot\""));
    assertCode(ErrorCode.BAD_DATA, () -> TrainingCache.open(cache));
    Files.writeString(index, "{\"version\": ");
    assertCode(ErrorCode.BAD_DATA, () -> TrainingCache.open(cache));
    Files.writeString(index, "");
    assertCode(ErrorCode.BAD_DATA, () -> TrainingCache.open(cache));
    Files.delete(index);
    assertCode(ErrorCode.USAGE, () -> TrainingCache.open(cache));
    Files.writeString(index, good);
    Files.delete(cache.resolve("masks.bin"));
    assertCode(ErrorCode.BAD_DATA, () -> TrainingCache.open(cache));
  }

  @Test
  void largeFilesAreMappedInParts() throws IOException {
    Path file = folder.resolve("slices.bin");
    byte[] bytes = new byte[7 * 3];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    Files.write(file, bytes);

    // Parts of two slices, and the last of one.
    MappedSlices slices = MappedSlices.open(file, 7, 3, 8);

    assertEquals(4, slices.parts().size());
    for (int i = 0; i < 7; i++) {
      byte[] slice = new byte[3];
      slices.at(i).get(slice);
      assertArrayEquals(new byte[] {(byte) (3 * i), (byte) (3 * i + 1), (byte) (3 * i + 2)}, slice);
    }
  }

  private Path writeOne() {
    Path cache = folder.resolve("cache");
    try (TrainingCacheWriter writer = new TrainingCacheWriter(cache, ROWS, COLUMNS)) {
      writer.add(about("a"), 1, TrainingCacheTest::slice);
      writer.commit();
    }
    return cache;
  }

  private List<Path> entries() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    }
  }

  private static CaseDescription about(String id) {
    return new CaseDescription(
        id,
        "patient " + id,
        CaseDescription.Kind.VOLUME,
        List.of(2.5, 0.75, 0.8),
        -32768,
        32767,
        true);
  }

  private static LabelledSlice slice(int seed) {
    Random random = new Random(seed);
    short[] hu = new short[ROWS * COLUMNS];
    byte[] mask = new byte[ROWS * COLUMNS];
    for (int i = 0; i < hu.length; i++) {
      hu[i] = (short) random.nextInt();
      mask[i] = (byte) random.nextInt(2);
    }
    return new LabelledSlice(ROWS, COLUMNS, hu, mask);
  }

  private static void assertCode(
      ErrorCode code, org.junit.jupiter.api.function.Executable executable) {
    PancreasException e = assertThrows(PancreasException.class, executable);
    assertEquals(code, e.code(), e::getMessage);
    assertTrue(e.getMessage().lines().count() == 1, e::getMessage);
  }
}
