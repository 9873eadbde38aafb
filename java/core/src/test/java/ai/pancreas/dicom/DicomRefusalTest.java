package ai.pancreas.dicom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import ai.pancreas.volume.Vector3;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DicomRefusalTest {
  private final SyntheticCt ct = SyntheticCt.axial(6, 5, 4);

  @TempDir Path folder;

  private void write(int z, TestDataSet slice) {
    SyntheticCt.write(folder.resolve("slice" + z), slice);
  }

  private void writeAll() {
    for (int z = 0; z < ct.slices(); z++) {
      write(z, ct.slice(z));
    }
  }

  /** Checks that reading fails with one line that holds all of the parts. */
  private void assertRefused(ErrorCode code, String... parts) {
    assertRefused(folder, DicomReadOptions.DEFAULT, code, parts);
  }

  private static void assertRefused(
      Path input, DicomReadOptions options, ErrorCode code, String... parts) {
    PancreasException e =
        assertThrows(PancreasException.class, () -> DicomReader.read(input, options, Monitor.NONE));
    assertEquals(code, e.code(), e.getMessage());
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), e.getMessage() + " lacks " + part);
    }
  }

  @Test
  void anEmptyFolder() {
    assertRefused(ErrorCode.NO_CT_SERIES, "holds no files");
  }

  @Test
  void anInputThatDoesNotExist() {
    assertRefused(
        folder.resolve("nowhere"), DicomReadOptions.DEFAULT, ErrorCode.USAGE, "does not exist");
  }

  @Test
  void aFolderOfOtherThings() {
    write(0, ct.slice(0).text(Tag.MODALITY, "CS", "MR"));
    write(1, ct.slice(1).text(Tag.MODALITY, "CS", "MR"));
    write(2, ct.slice(1).text(Tag.MODALITY, "CS", "SR"));
    SyntheticCt.write(folder.resolve("a.txt"), "some text that is long enough".getBytes());
    assertRefused(ErrorCode.NO_CT_SERIES, "4 files seen (2 MR, 1 SR, 1 not DICOM)");
  }

  @Test
  void severalSeries() {
    writeAll();
    write(9, ct.slice(0).text(Tag.SERIES_INSTANCE_UID, "UI", "9.9"));
    assertRefused(
        ErrorCode.AMBIGUOUS_INPUT,
        "2 CT series",
        "1.2.3.4 (4 slices of 6 x 5)",
        "9.9 (1 slice of 6 x 5)",
        "--series");
    assertRefused(
        folder,
        new DicomReadOptions(Optional.of("7.7"), false),
        ErrorCode.NO_CT_SERIES,
        "no CT series 7.7",
        "9.9");
  }

  @Test
  void moreSeriesThanALineHolds() {
    for (int i = 0; i < 13; i++) {
      write(i, ct.slice(0).text(Tag.SERIES_INSTANCE_UID, "UI", "1." + (10 + i)));
    }
    assertRefused(
        ErrorCode.AMBIGUOUS_INPUT, "13 CT series: 1.10 (", "1.19 (1 slice of 6 x 5) and 3 more;");
  }

  @Test
  void twoSlicesAtOnePosition() {
    writeAll();
    write(7, ct.slice(2));
    assertRefused(
        ErrorCode.BAD_DATA, "same position (-100.50, -80.25, 44.00 mm)", "slice2", "slice7");
  }

  @Test
  void aGap() {
    writeAll();
    write(5, ct.slice(5));
    assertRefused(
        ErrorCode.BAD_DATA,
        "4.00 mm between slices 4 (slice3) and 5 (slice5)",
        "typically 2.00 mm",
        "--allow-uneven");
    DicomSeries listed = DicomScan.scan(folder, Monitor.NONE).get(0);
    assertTrue(listed.problem().orElseThrow().contains("4.00 mm"));
    assertEquals(Optional.empty(), listed.grid());
    assertEquals(0, listed.score());
  }

  @Test
  void aGapTooWideToBeFilled() {
    writeAll();
    write(50, ct.slice(50));
    assertRefused(
        folder,
        new DicomReadOptions(Optional.empty(), true),
        ErrorCode.BAD_DATA,
        "gap of 94.00 mm",
        "slice3",
        "slice50");
  }

  @Test
  void spacingThatIsUnevenByMoreThanOnePercent() {
    writeAll();
    write(3, ct.slice(3).text(Tag.IMAGE_POSITION, "DS", "-100.5\\-80.25\\46.019"));
    DicomReader.read(folder, DicomReadOptions.DEFAULT, Monitor.NONE);
    write(3, ct.slice(3).text(Tag.IMAGE_POSITION, "DS", "-100.5\\-80.25\\46.021"));
    assertRefused(ErrorCode.BAD_DATA, "2.02 mm between slices 3 (slice2) and 4 (slice3)");
  }

  @Test
  void aSliceThatIsShiftedSideways() {
    writeAll();
    write(2, ct.slice(2).text(Tag.IMAGE_POSITION, "DS", "-95.5\\-80.25\\44"));
    assertRefused(ErrorCode.BAD_DATA, "slice 3 (slice2)", "sideways", "5.00 mm");
  }

  @Test
  void mixedSizes() {
    writeAll();
    write(4, SyntheticCt.axial(5, 6, 5).slice(4));
    assertRefused(ErrorCode.BAD_DATA, "different sizes", "slice4", "6 x 5 and 5 x 6");
  }

  @Test
  void mixedOrientations() {
    writeAll();
    write(4, ct.withOrientation(new Vector3(1, 0, 0), new Vector3(0, 0, -1)).slice(2));
    assertRefused(ErrorCode.BAD_DATA, "different orientations", "slice4");
  }

  @Test
  void mixedPixelSpacings() {
    writeAll();
    write(4, ct.slice(4).text(Tag.PIXEL_SPACING, "DS", "1\\1.6"));
    assertRefused(ErrorCode.BAD_DATA, "different pixel spacings", "slice4", "1.6");
  }

  @Test
  void severalStacksOrMoments() {
    TestDataSet dataSet =
        SyntheticCt.axial(2, 2, 2).enhanced(0, 1).words(Tag.PIXEL_DATA, new short[8]);
    TestDataSet other = SyntheticCt.axial(2, 2, 4).enhanced(2, 3);
    write(0, dataSet);
    write(1, other.words(Tag.PIXEL_DATA, new short[8]));
    DicomReader.read(folder, DicomReadOptions.DEFAULT, Monitor.NONE);
    write(2, SyntheticCt.axial(2, 2, 9).slice(4));
    assertRefused(ErrorCode.BAD_DATA, "several stacks", "slice2");
  }

  @ParameterizedTest
  @CsvSource({
    "00280030, PixelSpacing is missing",
    "00200032, ImagePositionPatient is missing",
    "00200037, ImageOrientationPatient is missing",
    "00280010, Rows is missing",
    "00280103, PixelRepresentation is missing",
    "7fe00010, there are no pixels",
  })
  void aCtWithoutWhatIsNeeded(String tag, String message) {
    write(0, ct.slice(0).without(Integer.parseUnsignedInt(tag, 16)));
    assertRefused(ErrorCode.BAD_DATA, "slice0", message);
  }

  @Test
  void onlyLocalizers() {
    write(0, ct.slice(0).text(Tag.IMAGE_TYPE, "CS", "ORIGINAL\\PRIMARY\\LOCALIZER"));
    TestDataSet enhanced = SyntheticCt.axial(2, 2, 1).enhanced(0);
    write(
        1,
        enhanced.sequence(
            Tag.SHARED_FUNCTIONAL_GROUPS_SEQUENCE,
            new TestDataSet()
                .sequence(
                    Tag.CT_IMAGE_FRAME_TYPE_SEQUENCE,
                    new TestDataSet()
                        .text(Tag.FRAME_TYPE, "CS", "ORIGINAL\\PRIMARY\\LOCALIZER\\NONE"))));
    assertRefused(ErrorCode.NO_CT_SERIES, "2 files seen (2 localizer)");
  }

  @Test
  void colours() {
    write(0, ct.slice(0).uint16(Tag.SAMPLES_PER_PIXEL, 3));
    assertRefused(ErrorCode.BAD_DATA, "slice0", "not monochrome");
  }

  @Test
  void floatingPointPixels() {
    write(0, ct.slice(0).without(Tag.PIXEL_DATA).bytes(Tag.FLOAT_PIXEL_DATA, "OF", new byte[120]));
    assertRefused(ErrorCode.BAD_DATA, "slice0", "floating point");
  }

  @ParameterizedTest
  @CsvSource({
    "1.2.840.10008.1.2.4.201, High-Throughput JPEG 2000 (1.2.840.10008.1.2.4.201)",
    "1.2.3.4, transfer syntax 1.2.3.4 is not supported",
    "1.2.840.10008.1.2.4.90, the pixels are not compressed as JPEG 2000 lossless",
  })
  void transferSyntaxes(String uid, String message) {
    SyntheticCt.write(
        folder.resolve("slice0"),
        ct.slice(0).write(new TestDataSet.Layout(uid, true, false, false)));
    assertRefused(ErrorCode.BAD_DATA, "slice0", message);
  }

  @Test
  void aCompressedSeriesWithoutItsCodec() {
    SyntheticCt.write(
        folder.resolve("slice0"),
        ct.slice(0)
            .fragments(List.of(new byte[0], new byte[] {(byte) 0xFF, (byte) 0xD8}))
            .write(TransferSyntax.JPEG_LOSSLESS_SV1));
    assertRefused(ErrorCode.BAD_DATA, "no codec for JPEG lossless", "add pancreas-codecs");
  }

  @ParameterizedTest
  @ValueSource(ints = {58, 72})
  void pixelsOfAnotherLengthThanTheHeaderSays(int length) {
    write(0, ct.slice(0).bytes(Tag.PIXEL_DATA, "OW", new byte[length]));
    assertRefused(ErrorCode.BAD_DATA, "slice0", length < 60 ? "58 bytes of 60" : "72 bytes for 60");
  }

  @Test
  void anElementThatSaysItIsLongerThanTheFile() {
    byte[] bytes = ct.slice(0).write(TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
    // The last element's length lies before its 60 bytes.
    bytes[bytes.length - 61] = 0x7F;
    SyntheticCt.write(folder.resolve("slice0"), bytes);
    assertRefused(ErrorCode.BAD_DATA, "slice0", "truncated");
  }

  @Test
  void sequencesNestedWithoutEnd() {
    TestDataSet nested = new TestDataSet();
    for (int i = 0; i < 100; i++) {
      nested = new TestDataSet().sequence(0x0008_1140, nested);
    }
    TestDataSet whole = ct.slice(0).sequence(0x0008_1140, nested);
    SyntheticCt.write(
        folder.resolve("slice0"),
        whole.write(
            TestDataSet.Layout.of(TransferSyntax.EXPLICIT_LITTLE_ENDIAN).withUndefinedLengths()));
    assertRefused(ErrorCode.BAD_DATA, "slice0", "nested too deeply");
  }

  @Test
  void aDeflateBomb() {
    TestDataSet bomb = ct.slice(0).bytes(0x0029_1010, "OB", new byte[80 << 20]);
    SyntheticCt.write(folder.resolve("slice0"), bomb.write(TransferSyntax.DEFLATED));
    assertRefused(ErrorCode.BAD_DATA, "slice0", "decompression bomb");
  }

  @Test
  void aDamagedFileBesideTheSeriesItMayBelongTo() {
    writeAll();
    byte[] bytes = ct.slice(4).write(TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
    SyntheticCt.write(folder.resolve("slice4"), Arrays.copyOf(bytes, 300));
    assertRefused(ErrorCode.BAD_DATA, "slice4", "truncated");
    // One of another series stands for that series.
    byte[] other =
        ct.slice(4)
            .text(Tag.SERIES_INSTANCE_UID, "UI", "5.5")
            .write(TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
    SyntheticCt.write(folder.resolve("slice4"), Arrays.copyOf(other, other.length - 10));
    assertRefused(ErrorCode.AMBIGUOUS_INPUT, "1.2.3.4 (4 slices", "5.5 (not readable)");
    DicomReadOptions good = new DicomReadOptions(Optional.of(SyntheticCt.SERIES), false);
    assertEquals(4, DicomReader.read(folder, good, Monitor.NONE).grid().nz());
    assertRefused(
        folder,
        new DicomReadOptions(Optional.of("5.5"), false),
        ErrorCode.BAD_DATA,
        "slice4",
        "truncated");
    DicomSeries listed = DicomScan.scan(folder, Monitor.NONE).get(1);
    assertEquals("5.5", listed.key());
    assertEquals("slice4: truncated; fetch it again", listed.problem().orElseThrow());
  }

  @Test
  void aFileThatVanishesAfterItsHeaderWasRead() {
    writeAll();
    Monitor deleting =
        (stage, done, total) -> {
          if (stage == Stage.SCAN && done == total) {
            folder.resolve("slice1").toFile().delete();
          }
        };
    PancreasException e =
        assertThrows(
            PancreasException.class,
            () -> DicomReader.read(folder, DicomReadOptions.DEFAULT, deleting));
    assertEquals(ErrorCode.BAD_DATA, e.code());
    assertEquals("slice1: vanished while it was read", e.getMessage());
  }

  @Test
  void aFileThatMayNotBeRead() {
    writeAll();
    File closed = folder.resolve("slice1").toFile();
    assumeTrue(closed.setReadable(false) && !closed.canRead(), "this user may read everything");
    assertRefused(ErrorCode.BAD_DATA, "slice1", "permission denied");
  }

  private Path zip(String prefix) throws IOException {
    Path file = folder.resolve("series.bin");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (int z = 0; z < ct.slices(); z++) {
        zip.putNextEntry(new ZipEntry(prefix + "slice" + z));
        TransferSyntax[] syntaxes = {
          TransferSyntax.IMPLICIT_LITTLE_ENDIAN, TransferSyntax.DEFLATED
        };
        zip.write(ct.slice(z).write(syntaxes[z % 2]));
      }
      zip.putNextEntry(new ZipEntry("readme.txt"));
      zip.write("A text beside the images".getBytes());
    }
    return file;
  }

  @Test
  void aZipIsReadUnlessItPointsOutsideOfItself() throws IOException {
    Path good = zip("deep/folder/");
    assertEquals(4, DicomReader.read(good, DicomReadOptions.DEFAULT, Monitor.NONE).grid().nz());
    assertRefused(
        zip("../"), DicomReadOptions.DEFAULT, ErrorCode.BAD_DATA, "outside of it: ../slice0");
    assertRefused(zip("/etc/"), DicomReadOptions.DEFAULT, ErrorCode.BAD_DATA, "/etc/slice0");
  }

  @Test
  void aTruncatedZip() throws IOException {
    Path file = zip("");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 100));
    assertRefused(file, DicomReadOptions.DEFAULT, ErrorCode.BAD_DATA, "series.bin", "zip");
  }

  @Test
  void aZipBomb() throws IOException {
    Path file = folder.resolve("bomb.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("slice0"));
      zip.write(
          ct.slice(0)
              .bytes(0x0029_1010, "OB", new byte[80 << 20])
              .write(TransferSyntax.EXPLICIT_LITTLE_ENDIAN));
    }
    assertRefused(
        file, DicomReadOptions.DEFAULT, ErrorCode.BAD_DATA, "slice0", "decompression bomb");
  }
}
