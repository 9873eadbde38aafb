package ai.pancreas.nifti;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Mask;
import ai.pancreas.volume.Vector3;
import ai.pancreas.volume.VolumeSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class NiftiReaderTest {
  private static final float NO_NUMBER = Float.NaN;

  /** A cuboid of 1 x 2 x 3 mm voxels from (-5, -6, 7) on, in RAS. */
  private static final Grid GRID =
      new Grid(
          4,
          3,
          2,
          new Vector3(5, 6, 7),
          new Vector3(-1, 0, 0),
          new Vector3(0, -2, 0),
          new Vector3(0, 0, 3));

  @TempDir Path folder;

  static Stream<Arguments> typesAndOrders() {
    List<Arguments> cases = new ArrayList<>();
    for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
      for (NiftiType type : NiftiType.values()) {
        cases.add(Arguments.of(type, order));
      }
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("typesAndOrders")
  void readsEveryTypeInBothByteOrders(NiftiType type, ByteOrder order) throws IOException {
    boolean signed = type == NiftiType.INT8 || type.toString().matches("int.*|float.*");
    NiftiBytes file = new NiftiBytes(type.code(), type.bytes(), order, 24).scale(20, -1000);
    for (int i = 0; i < 24; i++) {
      file.voxel(i, signed ? 9 * i - 100 : 9 * i + 3);
    }
    CtVolume ct = read(file.plain());
    CtVolume zipped = read(file.gzip());
    for (int i = 0; i < 24; i++) {
      float expected = 20 * (signed ? 9 * i - 100 : 9 * i + 3) - 1000;
      assertEquals(expected, ct.hu(i % 4, i / 4 % 3, i / 12));
      assertEquals(expected, zipped.hu(i % 4, i / 4 % 3, i / 12));
    }
    assertEquals(GRID, ct.grid());
    assertEquals(VolumeSource.Format.NIFTI, ct.source().format());
  }

  @Test
  void readsTheEndsOfUnsignedTypes() throws IOException {
    NiftiBytes shorts =
        new NiftiBytes(512, 2, ByteOrder.LITTLE_ENDIAN, 24).scale(1, -1024).voxel(5, 65535);
    assertEquals(64511, read(shorts.plain()).hu(1, 1, 0));
    NiftiBytes ints =
        new NiftiBytes(768, 4, ByteOrder.BIG_ENDIAN, 24).scale(1e-5f, -1000).voxel(5, 4294967295.0);
    assertEquals(1e-5f * 4294967295.0 - 1000, read(ints.plain()).hu(1, 1, 0), 0.01);
  }

  @ParameterizedTest
  @CsvSource({"0, 7", "NaN, 7", "NaN, NaN", "1, 0", "Infinity, 0"})
  void noSlopeMeansNoScaling(float slope, float intercept) throws IOException {
    assertEquals(-1000, read(NiftiBytes.ct().scale(slope, intercept).plain()).hu(0, 0, 0));
  }

  @Test
  void fractionsAreKept() throws IOException {
    NiftiBytes file = new NiftiBytes(64, 8, ByteOrder.LITTLE_ENDIAN, 24);
    file.voxel(0, -1000.5).voxel(23, 300.25);
    CtVolume ct = read(file.plain());
    assertEquals(-1000.5f, ct.hu(0, 0, 0));
    assertEquals(300.25f, ct.hu(3, 2, 1));
  }

  @Test
  void voxelsWithoutANumberBecomeAirAndAWarning() throws IOException {
    NiftiBytes file = new NiftiBytes(16, 4, ByteOrder.LITTLE_ENDIAN, 24);
    file.voxel(0, Float.NaN).voxel(1, -900).voxel(23, Float.NaN);
    CtVolume ct = read(file.plain());
    assertEquals(-1024, ct.hu(0, 0, 0));
    assertEquals(-1024, ct.hu(3, 2, 1));
    assertEquals(-900, ct.hu(1, 0, 0));
    assertEquals(1, ct.source().warnings().size());
    assertTrue(ct.source().warnings().get(0).startsWith("2 voxels"), ct.source().warnings().get(0));
  }

  @Test
  void theSformIsPreferredToTheQform() throws IOException {
    NiftiBytes file = NiftiBytes.ct().qform(1, 0, 0, 0, 100, 0, 0);
    CtVolume ct = read(file.plain());
    assertEquals(GRID, ct.grid());
    assertEquals(List.of("sform and qform disagree; the sform is used"), ct.source().warnings());
    assertEquals(
        List.of(), read(NiftiBytes.ct().qform(1, 0, 0, 0, -5, -6, 7).plain()).source().warnings());
  }

  @Test
  void theQformIsReadAsTheStandardSays() throws IOException {
    // Half a turn about the front-back axis, (a, b, c, d) = (0, 0, 1, 0), and a left-handed k.
    NiftiBytes file = NiftiBytes.ct().pixdim(-1, 1, 2, 3).qform(1, 0, 1, 0, 40, 50, 60);
    file.sform(0, new float[3][4]);
    Grid expected =
        new Grid(
            4,
            3,
            2,
            new Vector3(-40, -50, 60),
            new Vector3(1, 0, 0),
            new Vector3(0, -2, 0),
            new Vector3(0, 0, 3));
    assertTrue(read(file.plain()).grid().matches(expected, 1e-9));
    // A quarter turn about the foot-head axis.
    float half = (float) Math.sqrt(0.5);
    file.pixdim(0, 1, 2, 3).qform(2, 0, 0, half, 0, 0, 0);
    Grid turned =
        new Grid(
            4,
            3,
            2,
            new Vector3(0, 0, 0),
            new Vector3(0, -1, 0),
            new Vector3(2, 0, 0),
            new Vector3(0, 0, 3));
    assertTrue(read(file.plain()).grid().matches(turned, 1e-5)); // float32 quaternion
  }

  @Test
  void anUnusableSformGivesWayToTheQform() throws IOException {
    NiftiBytes file = NiftiBytes.ct().sform(1, new float[3][4]).qform(1, 0, 0, 0, -5, -6, 7);
    CtVolume ct = read(file.plain());
    assertEquals(GRID, ct.grid());
    assertEquals(1, ct.source().warnings().size());
  }

  @Test
  void spacingAloneIsTakenAsRasWithAWarning() throws IOException {
    CtVolume ct = read(NiftiBytes.ct().sform(0, new float[3][4]).plain());
    assertEquals(
        new Grid(
            4,
            3,
            2,
            new Vector3(0, 0, 0),
            new Vector3(-1, 0, 0),
            new Vector3(0, -2, 0),
            new Vector3(0, 0, 3)),
        ct.grid());
    assertTrue(ct.source().warnings().get(0).contains("orientation unknown"));
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "2, 1", "1, 1000", "3, 0.001", "10, 1"})
  void lengthsAreConvertedToMillimetres(int units, double mm) throws IOException {
    float unit = (float) (1 / mm);
    NiftiBytes file = NiftiBytes.ct();
    file.sform(
        1,
        new float[][] {
          {unit, 0, 0, -5 * unit}, {0, 2 * unit, 0, -6 * unit}, {0, 0, 3 * unit, 7 * unit}
        });
    file.bytes.put(123, (byte) units);
    assertTrue(read(file.plain()).grid().matches(GRID, 1e-5)); // float32 header
  }

  @Test
  void oneVolumeMayHaveMoreDimensions() throws IOException {
    assertEquals(GRID, read(NiftiBytes.ct().dim(5, 4, 3, 2, 1, 1).plain()).grid());
  }

  @Test
  void extensionsAreSkipped() throws IOException {
    byte[] plain = NiftiBytes.ct().plain();
    byte[] longer = new byte[plain.length + 32];
    System.arraycopy(plain, 0, longer, 0, 352);
    longer[348] = 1;
    System.arraycopy(plain, 352, longer, 384, plain.length - 352);
    java.nio.ByteBuffer.wrap(longer).order(ByteOrder.LITTLE_ENDIAN).putFloat(108, 384);
    assertEquals(-1000, read(longer).hu(0, 0, 0));
  }

  @Test
  void whatFollowsTheVoxelsIsIgnored() throws IOException {
    byte[] zipped = NiftiBytes.ct().gzip();
    assertEquals(-1000, read(Arrays.copyOf(zipped, zipped.length + 100)).hu(0, 0, 0));
    byte[] plain = NiftiBytes.ct().plain();
    assertEquals(-1000, read(Arrays.copyOf(plain, plain.length + 100)).hu(0, 0, 0));
  }

  @Test
  void aGzipFileMayHaveSeveralMembers() throws IOException {
    byte[] plain = NiftiBytes.ct().plain();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(NiftiBytes.gzip(Arrays.copyOf(plain, 360)));
    out.write(NiftiBytes.gzip(Arrays.copyOfRange(plain, 360, plain.length)));
    assertEquals(840, read(out.toByteArray()).hu(3, 2, 1));
  }

  @Test
  void masksAreReadByLabel() throws IOException {
    NiftiBytes file = new NiftiBytes(64, 8, ByteOrder.LITTLE_ENDIAN, 24);
    file.voxel(0, 1).voxel(5, 7).voxel(6, 7).voxel(23, -2);
    Path path = write(file.gzip());
    Mask all = NiftiReader.readMask(path, Monitor.NONE);
    assertEquals(4, all.voxelCount());
    assertTrue(all.at(3, 2, 1));
    Mask seven = NiftiReader.readMask(path, 7, Monitor.NONE);
    assertEquals(2, seven.voxelCount());
    assertTrue(seven.at(1, 1, 0) && seven.at(2, 1, 0));
    assertEquals(0, NiftiReader.readMask(path, 3, Monitor.NONE).voxelCount());
    assertEquals(GRID, all.grid());
  }

  @Test
  void scaledLabelsAreWholeNumbers() throws IOException {
    NiftiBytes file = new NiftiBytes(2, 1, ByteOrder.LITTLE_ENDIAN, 24).scale(1 / 255f, 0);
    Mask mask = NiftiReader.readMask(write(file.voxel(3, 255).plain()), 1, Monitor.NONE);
    assertEquals(1, mask.voxelCount());
  }

  @Test
  void probabilitiesAreNoMask() throws IOException {
    NiftiBytes file = new NiftiBytes(16, 4, ByteOrder.LITTLE_ENDIAN, 24).voxel(14, 0.37);
    Path path = write(file.plain());
    PancreasException e =
        assertThrows(PancreasException.class, () -> NiftiReader.readMask(path, Monitor.NONE));
    assertEquals(ErrorCode.BAD_DATA, e.code());
    assertTrue(e.getMessage().contains("slice 2 holds 0.37"), e.getMessage());
  }

  @Test
  void theHeaderAloneTellsGridAndType() throws IOException {
    NiftiInfo info = NiftiReader.readInfo(write(NiftiBytes.ct().gzip()));
    assertEquals(GRID, info.grid());
    assertEquals("int16", info.dataType());
    assertTrue(info.compressed());
    assertFalse(NiftiReader.readInfo(write(NiftiBytes.ct().plain())).compressed());
  }

  @Test
  void filesAreRecognisedByContent() throws IOException {
    assertTrue(NiftiReader.isNifti(write(NiftiBytes.ct().plain())));
    assertTrue(NiftiReader.isNifti(write(NiftiBytes.ct().gzip())));
    assertFalse(NiftiReader.isNifti(write(new byte[1000])));
    assertFalse(NiftiReader.isNifti(write(new byte[] {0x1f, (byte) 0x8b, 8})));
    assertFalse(NiftiReader.isNifti(write(new byte[0])));
    assertFalse(NiftiReader.isNifti(folder));
    assertFalse(NiftiReader.isNifti(folder.resolve("absent")));
  }

  @Test
  void whereTheContentSaysNothingTheNameDoes() throws IOException {
    byte[] zipped = NiftiBytes.ct().gzip();
    byte[] plain = NiftiBytes.ct().plain();
    for (int length = 0; length < zipped.length; length++) {
      assertTruncated(folder.resolve("cut.nii.gz"), Arrays.copyOf(zipped, length));
    }
    for (int length : new int[] {0, 1, 100, 347}) {
      assertTruncated(folder.resolve("CUT.NII"), Arrays.copyOf(plain, length));
      assertFalse(NiftiReader.isNifti(write(Arrays.copyOf(plain, length))));
    }
    // A whole header that is none does say something.
    assertFalse(NiftiReader.isNifti(Files.write(folder.resolve("zero.nii"), new byte[1000])));
  }

  private static void assertTruncated(Path file, byte[] content) throws IOException {
    Files.write(file, content);
    assertTrue(NiftiReader.isNifti(file), content.length + " bytes");
    PancreasException e =
        assertThrows(PancreasException.class, () -> NiftiReader.readCt(file, Monitor.NONE));
    assertEquals(ErrorCode.BAD_DATA, e.code());
    assertTrue(e.getMessage().contains("truncated"), e.getMessage());
  }

  static Stream<Arguments> refused() {
    byte[] ct = NiftiBytes.ct().plain();
    byte[] zipped = NiftiBytes.ct().gzip();
    byte[] wrongSum = zipped.clone();
    wrongSum[wrongSum.length - 6] ^= 1;
    NiftiBytes nifti2 = NiftiBytes.ct();
    nifti2.bytes.putInt(0, 540);
    NiftiBytes pair = NiftiBytes.ct();
    pair.bytes.put(345, (byte) 'i');
    NiftiBytes analyze = NiftiBytes.ct();
    analyze.bytes.putInt(344, 0);
    NiftiBytes offset = NiftiBytes.ct();
    offset.bytes.putFloat(108, 100);
    NiftiBytes noOffset = NiftiBytes.ct();
    noOffset.bytes.putFloat(108, Float.NaN);
    NiftiBytes units = NiftiBytes.ct();
    units.bytes.put(123, (byte) 5);
    NiftiBytes bits = NiftiBytes.ct();
    bits.bytes.putShort(72, (short) 32);
    NiftiBytes metres = NiftiBytes.ct();
    metres.bytes.put(123, (byte) 1);
    NiftiBytes huge = NiftiBytes.ct().dim(3, 8192, 8192, 32767);
    return Stream.of(
        Arguments.of("no header", new byte[1000], "not a NIfTI file"),
        Arguments.of("empty", new byte[0], "not a NIfTI file"),
        Arguments.of("half a header", Arrays.copyOf(ct, 200), "not a NIfTI file"),
        Arguments.of("NIfTI-2", nifti2.plain(), "NIfTI-2"),
        Arguments.of("pair", pair.plain(), ".hdr and .img"),
        Arguments.of("ANALYZE", analyze.plain(), "ANALYZE"),
        Arguments.of("complex", type(32, 64), "complex64"),
        Arguments.of("colour", type(128, 24), "RGB24"),
        Arguments.of("type 999", type(999, 16), "number 999"),
        Arguments.of("bits", bits.plain(), "32 bits"),
        Arguments.of("offset", offset.plain(), "first voxel at byte 100"),
        Arguments.of("no offset", noOffset.plain(), "first voxel at byte NaN"),
        Arguments.of("unit", units.plain(), "unit of length is number 5"),
        Arguments.of("metre voxels", metres.plain(), "not the spacing of a CT"),
        Arguments.of("no dimension", NiftiBytes.ct().dim(0).plain(), "0 dimensions"),
        Arguments.of("negative", NiftiBytes.ct().dim(3, 4, -3, 2).plain(), "[4, -3, 2]"),
        Arguments.of("zero", NiftiBytes.ct().dim(3, 4, 0, 2).plain(), "[4, 0, 2]"),
        Arguments.of("flat", NiftiBytes.ct().dim(2, 4, 6).plain(), "not a volume"),
        Arguments.of("series", NiftiBytes.ct().dim(4, 4, 3, 1, 2).plain(), "several volumes"),
        Arguments.of("absurd", huge.plain(), "impossible dimensions"),
        Arguments.of("absurd, zipped", huge.gzip(), "impossible dimensions"),
        Arguments.of("large", NiftiBytes.ct().dim(3, 512, 512, 900).plain(), "can hold"),
        Arguments.of("large, zipped", NiftiBytes.ct().dim(3, 512, 512, 9).gzip(), "can hold"),
        Arguments.of("short", Arrays.copyOf(ct, ct.length - 1), "can hold"),
        Arguments.of(
            "short, zipped",
            NiftiBytes.gzip(Arrays.copyOf(ct, 380)),
            "the file ends after slice 1 of 2"),
        Arguments.of("cut", Arrays.copyOf(zipped, zipped.length - 20), "the file ends"),
        Arguments.of("cut sum", Arrays.copyOf(zipped, zipped.length - 3), "the file ends"),
        Arguments.of("cut head", Arrays.copyOf(zipped, 8), "the file ends"),
        Arguments.of("wrong sum", wrongSum, "damaged"),
        Arguments.of(
            "flat voxels",
            NiftiBytes.ct()
                .sform(1, new float[][] {{1, 1, 0, 0}, {0, 0, 0, 0}, {0, 0, 1, 0}})
                .plain(),
            "no volume"),
        Arguments.of(
            "no place",
            NiftiBytes.ct()
                .sform(1, new float[][] {{NO_NUMBER, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}})
                .plain(),
            "no volume"),
        Arguments.of(
            "no spacing",
            NiftiBytes.ct().sform(0, new float[3][4]).pixdim(1, 0, 2, 3).plain(),
            "how far apart"),
        Arguments.of(
            "far off",
            NiftiBytes.ct()
                .sform(1, new float[][] {{1, 0, 0, 1e30f}, {0, 1, 0, 0}, {0, 0, 1, 0}})
                .plain(),
            "more than a kilometre away"),
        Arguments.of("a mask", range(0, 1), "a mask, a grey picture"),
        Arguments.of("grey", range(0, 255), "a mask, a grey picture"),
        Arguments.of("window", range(-1, 1), "window or normalisation"),
        Arguments.of("window 2", range(-99, 240), "window or normalisation"),
        Arguments.of("lost offset", range(0, 3000), "offset of -1024 was lost"),
        Arguments.of("range", range(-1e30, 1e30), "slice 1 holds -1.0E30"),
        Arguments.of("infinite", range(-1000, Double.POSITIVE_INFINITY), "holds Infinity"),
        Arguments.of("nothing", range(Double.NaN, Double.NaN), "no voxel is a number"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void whatIsNotACtIsRefusedInOneLine(String name, byte[] content, String message)
      throws IOException {
    Path file = write(content);
    PancreasException e =
        assertThrows(PancreasException.class, () -> NiftiReader.readCt(file, Monitor.NONE));
    assertEquals(ErrorCode.BAD_DATA, e.code());
    assertTrue(e.getMessage().contains(message), e.getMessage());
    assertTrue(e.getMessage().startsWith(file.getFileName() + ": "), e.getMessage());
    assertFalse(e.getMessage().contains("\n"));
  }

  @Test
  void damagedFilesCauseNoOtherError() throws IOException {
    Random random = new Random(1);
    Path file = folder.resolve("damaged");
    int refused = 0;
    for (int i = 0; i < 1000; i++) {
      byte[] content = NiftiBytes.ct().plain();
      byte[] damaged = i % 2 == 0 ? content : NiftiBytes.gzip(content);
      for (int change = 0; change < 1 + i % 8; change++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      Files.write(file, Arrays.copyOf(damaged, damaged.length - random.nextInt(4) / 3));
      try {
        NiftiReader.readCt(file, Monitor.NONE);
      } catch (PancreasException e) {
        refused++;
        assertFalse(e.getMessage().contains("\n"));
      }
    }
    assertTrue(refused > 200 && refused < 1000, "refused " + refused);
  }

  @Test
  void closeCropsAreRead() throws IOException {
    assertEquals(-100, read(range(-100, 240)).hu(0, 0, 0));
    assertEquals(300, read(range(-80, 300)).hu(1, 0, 0));
  }

  @Test
  void aBombIsRefusedBeforeItIsUnpacked() throws IOException {
    // 600 slices of 1024 x 1024 int16 of zeros: 1.2 GB that fit into a file of 2 MB.
    byte[] header = Arrays.copyOf(NiftiBytes.ct().dim(3, 1024, 1024, 600).plain(), 352);
    Path file = write(Arrays.copyOf(NiftiBytes.gzip(header), 2_000_000));
    PancreasException e =
        assertThrows(PancreasException.class, () -> NiftiReader.readCt(file, Monitor.NONE));
    assertEquals(ErrorCode.BAD_DATA, e.code());
    assertTrue(e.getMessage().contains("200 times its size"), e.getMessage());
  }

  @Test
  void absentFilesAndFoldersAreWrongUse() {
    for (Path path : List.of(folder, folder.resolve("absent.nii"))) {
      PancreasException e = assertThrows(PancreasException.class, () -> NiftiReader.readInfo(path));
      assertEquals(ErrorCode.USAGE, e.code());
    }
  }

  @Test
  void readingTellsItsProgressAndCanBeCancelled() throws IOException {
    Path file = write(NiftiBytes.ct().plain());
    List<Long> done = new ArrayList<>();
    Monitor monitor =
        new Monitor() {
          @Override
          public void progress(Stage stage, long slices, long total) {
            assertEquals(Stage.READ, stage);
            assertEquals(2, total);
            done.add(slices);
          }

          @Override
          public boolean isCancelled() {
            return done.size() == 1;
          }
        };
    assertInstanceOf(
        CancellationException.class,
        assertThrows(RuntimeException.class, () -> NiftiReader.readCt(file, monitor)));
    assertEquals(List.of(1L), done);
  }

  @Test
  void aSliceMayBeLargerThanTheBuffer() throws IOException {
    int nx = 300;
    int ny = 290;
    NiftiBytes file = new NiftiBytes(16, 4, ByteOrder.LITTLE_ENDIAN, nx * ny * 2);
    file.dim(3, nx, ny, 2);
    float[] expected = new float[nx * ny * 2];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = (i * 31) % 4000 - 1000 + 0.5f;
      file.voxel(i, expected[i]);
    }
    CtVolume ct = read(file.plain());
    float[] slice = new float[nx * ny];
    ct.readSlice(1, slice);
    assertArrayEquals(Arrays.copyOfRange(expected, nx * ny, expected.length), slice);
  }

  private static byte[] type(int code, int bits) {
    NiftiBytes file = NiftiBytes.ct();
    file.bytes.putShort(70, (short) code).putShort(72, (short) bits);
    return file.plain();
  }

  /** Float32 voxels that alternate between two values. */
  private static byte[] range(double low, double high) {
    NiftiBytes file = new NiftiBytes(16, 4, ByteOrder.LITTLE_ENDIAN, 24);
    for (int i = 0; i < 24; i++) {
      file.voxel(i, i % 2 == 0 ? low : high);
    }
    return file.plain();
  }

  private CtVolume read(byte[] content) throws IOException {
    return NiftiReader.readCt(write(content), Monitor.NONE);
  }

  /** The name says nothing about the content. */
  private Path write(byte[] content) throws IOException {
    return Files.write(Files.createTempFile(folder, "file", ".dat"), content);
  }
}
