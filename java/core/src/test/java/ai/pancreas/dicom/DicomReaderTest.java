package ai.pancreas.dicom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.Monitor;
import ai.pancreas.Stage;
import ai.pancreas.dicom.TestDataSet.Layout;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Orientation;
import ai.pancreas.volume.Vector3;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class DicomReaderTest {
  /** Positions are written with ten decimals. */
  private static final double WRITTEN_MM = 1e-8;

  @TempDir Path folder;

  private CtVolume read() {
    return DicomReader.read(folder, DicomReadOptions.DEFAULT, Monitor.NONE);
  }

  private CtVolume readAlone(TestDataSet dataSet) {
    SyntheticCt.write(folder.resolve("alone"), dataSet);
    return read();
  }

  private static void assertSame(SyntheticCt ct, CtVolume volume) {
    Grid grid = volume.grid();
    assertEquals(ct.columns(), grid.nx());
    assertEquals(ct.rows(), grid.ny());
    assertEquals(ct.slices(), grid.nz());
    Vector3 normal = ct.alongRow().cross(ct.alongColumn());
    boolean ascending = ct.step().dot(normal) > 0;
    for (int z = 0; z < ct.slices(); z++) {
      int written = ascending ? z : ct.slices() - 1 - z;
      for (int y = 0; y < ct.rows(); y++) {
        for (int x = 0; x < ct.columns(); x++) {
          float expected = SyntheticCt.stored(x, y, written) + SyntheticCt.INTERCEPT;
          assertEquals(expected, volume.hu(x, y, z));
        }
      }
      Vector3 corner =
          ct.position(written)
              .plus(ct.alongRow().times(ct.columnSpacing() * (ct.columns() - 1)))
              .plus(ct.alongColumn().times(ct.rowSpacing() * (ct.rows() - 1)));
      double off = grid.toPatient(ct.columns() - 1, ct.rows() - 1, z).minus(corner).norm();
      assertEquals(0, off, WRITTEN_MM);
    }
  }

  static Stream<SyntheticCt> orientations() {
    List<Vector3> axes =
        Stream.of(new Vector3(1, 0, 0), new Vector3(0, 1, 0), new Vector3(0, 0, 1))
            .flatMap(axis -> Stream.of(axis, axis.times(-1)))
            .toList();
    List<SyntheticCt> all = new ArrayList<>();
    for (Vector3 row : axes) {
      for (Vector3 column : axes) {
        if (row.dot(column) == 0) {
          SyntheticCt ct = SyntheticCt.axial(5, 4, 3).withOrientation(row, column);
          all.add(ct);
          // The same stack with its files named from the other end.
          all.add(ct.withStep(ct.step().times(-1)));
        }
      }
    }
    Vector3 row = new Vector3(0.8, 0.36, -0.48);
    Vector3 column = new Vector3(-0.6, 0.48, -0.64);
    all.add(SyntheticCt.axial(5, 4, 3).withOrientation(row, column));
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("orientations")
  void slicesAreOrderedAlongTheNormalInEveryOrientation(SyntheticCt ct) {
    ct.writeTo(folder);
    CtVolume volume = read();
    assertSame(ct, volume);
    Grid grid = volume.grid();
    assertTrue(grid.stepX().cross(grid.stepY()).dot(grid.stepZ()) > 0);
    assertFalse(grid.isSheared());
    assertEquals(List.of(), volume.source().warnings());
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "IMPLICIT_LITTLE_ENDIAN",
        "EXPLICIT_LITTLE_ENDIAN",
        "EXPLICIT_BIG_ENDIAN",
        "DEFLATED"
      })
  void everyUncompressedEncodingGivesTheSameNumbers(TransferSyntax syntax) {
    SyntheticCt ct = SyntheticCt.axial(6, 5, 4);
    Layout plain = Layout.of(syntax);
    Layout[] layouts = {plain, plain.withUndefinedLengths(), plain.withSequencesAsUnknown(), plain};
    for (int z = 0; z < ct.slices(); z++) {
      SyntheticCt.write(folder.resolve("s" + z), ct.slice(z).write(layouts[z]));
    }
    assertSame(ct, read());
  }

  @ParameterizedTest
  @EnumSource(names = {"IMPLICIT_LITTLE_ENDIAN", "EXPLICIT_LITTLE_ENDIAN"})
  void filesWithoutPreambleAreKnownByTheirContent(TransferSyntax syntax) {
    SyntheticCt ct = SyntheticCt.axial(6, 5, 2);
    for (int z = 0; z < ct.slices(); z++) {
      SyntheticCt.write(
          folder.resolve("s" + z), ct.slice(z).write(Layout.of(syntax).withoutPreamble()));
    }
    assertSame(ct, read());
  }

  @Test
  void filesAreFoundInFoldersBelowAndOthersArePassedOver() {
    SyntheticCt ct = SyntheticCt.axial(6, 5, 3);
    for (int z = 0; z < ct.slices(); z++) {
      SyntheticCt.write(folder.resolve("a" + z + "/b/IM"), ct.slice(z));
    }
    SyntheticCt.write(folder.resolve("notes.txt"), "Nothing here".getBytes());
    SyntheticCt.write(folder.resolve("empty.dcm"), new byte[0]);
    SyntheticCt.write(folder.resolve("mr.dcm"), ct.slice(0).text(Tag.MODALITY, "CS", "MR"));
    SyntheticCt.write(
        folder.resolve("scout.dcm"),
        ct.slice(0).text(Tag.IMAGE_TYPE, "CS", "ORIGINAL\\PRIMARY\\LOCALIZER"));
    assertSame(ct, read());
  }

  @Test
  void signedNumbersAreExtendedFromTheirHighestStoredBit() {
    CtVolume volume =
        readAlone(
            SyntheticCt.axial(2, 1, 1)
                .slice(0)
                .uint16(Tag.PIXEL_REPRESENTATION, 1)
                .words(Tag.PIXEL_DATA, new short[] {(short) 0x0FFF, 0x07FF}));
    assertEquals(-1 - 1024, volume.hu(0, 0, 0));
    assertEquals(2047 - 1024, volume.hu(1, 0, 0));
  }

  @Test
  void bitsOutsideOfTheStoredOnesAreDropped() {
    CtVolume volume =
        readAlone(
            SyntheticCt.axial(2, 1, 1)
                .slice(0)
                .uint16(Tag.BITS_STORED, 12)
                .uint16(Tag.HIGH_BIT, 13)
                .words(Tag.PIXEL_DATA, new short[] {(short) 0xC003 | 5 << 2, (short) (4095 << 2)}));
    assertEquals(5 - 1024, volume.hu(0, 0, 0));
    assertEquals(4095 - 1024, volume.hu(1, 0, 0));
  }

  @Test
  void unsignedSixteenBitNumbersKeepTheirWholeRange() {
    CtVolume volume =
        readAlone(
            SyntheticCt.axial(3, 1, 1)
                .slice(0)
                .uint16(Tag.BITS_STORED, 16)
                .uint16(Tag.HIGH_BIT, 15)
                .text(Tag.RESCALE_SLOPE, "DS", "0.5")
                .words(Tag.PIXEL_DATA, new short[] {0, (short) 0x8000, (short) 0xFFFF}));
    assertEquals(-1024, volume.hu(0, 0, 0));
    assertEquals(32768 * 0.5f - 1024, volume.hu(1, 0, 0));
    assertEquals(65535 * 0.5f - 1024, volume.hu(2, 0, 0));
  }

  @ParameterizedTest
  @EnumSource(names = {"EXPLICIT_LITTLE_ENDIAN", "EXPLICIT_BIG_ENDIAN"})
  void eightBitPixelsAreReadFromWordsOfEitherOrder(TransferSyntax syntax) {
    TestDataSet dataSet =
        SyntheticCt.axial(4, 1, 1)
            .slice(0)
            .uint16(Tag.BITS_ALLOCATED, 8)
            .uint16(Tag.BITS_STORED, 8)
            .uint16(Tag.HIGH_BIT, 7)
            .wordsOf(Tag.PIXEL_DATA, new byte[] {1, 2, (byte) 255, 4});
    SyntheticCt.write(folder.resolve("eight"), dataSet.write(syntax));
    CtVolume volume = read();
    assertEquals(1 - 1024, volume.hu(0, 0, 0));
    assertEquals(2 - 1024, volume.hu(1, 0, 0));
    assertEquals(255 - 1024, volume.hu(2, 0, 0));
  }

  @Test
  void eachSliceHasItsOwnRescale() {
    SyntheticCt ct = SyntheticCt.axial(2, 2, 2);
    SyntheticCt.write(folder.resolve("0"), ct.slice(0));
    SyntheticCt.write(
        folder.resolve("1"),
        ct.slice(1).text(Tag.RESCALE_SLOPE, "DS", "2").text(Tag.RESCALE_INTERCEPT, "DS", "-10"));
    CtVolume volume = read();
    assertEquals(SyntheticCt.stored(1, 1, 0) - 1024, volume.hu(1, 1, 0));
    assertEquals(SyntheticCt.stored(1, 1, 1) * 2 - 10, volume.hu(1, 1, 1));
  }

  private static short[] joined(SyntheticCt ct, int... order) {
    ByteBuffer all = ByteBuffer.allocate(2 * ct.columns() * ct.rows() * order.length);
    for (int z : order) {
      all.asShortBuffer().put(ct.words(z));
      all.position(all.position() + 2 * ct.columns() * ct.rows());
    }
    short[] words = new short[ct.columns() * ct.rows() * order.length];
    all.rewind().asShortBuffer().get(words);
    return words;
  }

  private static void assertFramesInOrder(SyntheticCt ct, CtVolume volume) {
    assertEquals(ct.slices(), volume.grid().nz());
    assertEquals(ct.step(), volume.grid().stepZ());
    for (int z = 0; z < ct.slices(); z++) {
      assertEquals(SyntheticCt.stored(3, 2, z) - 1024 - z, volume.hu(3, 2, z));
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "IMPLICIT_LITTLE_ENDIAN",
        "EXPLICIT_LITTLE_ENDIAN",
        "EXPLICIT_BIG_ENDIAN",
        "DEFLATED"
      })
  void framesOfAnEnhancedCtAreOrderedAndRescaledEach(TransferSyntax syntax) {
    int[] order = {4, 0, 11, 3, 1, 5, 7, 6, 2, 9, 10, 8};
    SyntheticCt ct = SyntheticCt.axial(4, 3, order.length);
    TestDataSet dataSet = ct.enhanced(order).words(Tag.PIXEL_DATA, joined(ct, order));
    SyntheticCt.write(
        folder.resolve("enhanced"), dataSet.write(Layout.of(syntax).withUndefinedLengths()));
    assertFramesInOrder(ct, read());
    SyntheticCt.write(folder.resolve("enhanced"), dataSet.write(syntax));
    assertFramesInOrder(ct, read());
    SyntheticCt.write(
        folder.resolve("enhanced"), dataSet.write(Layout.of(syntax).withSequencesAsUnknown()));
    assertFramesInOrder(ct, read());
  }

  /** An RLE frame of literal runs only. */
  private static byte[] rle(short[] words) {
    ByteArrayOutputStream high = new ByteArrayOutputStream();
    ByteArrayOutputStream low = new ByteArrayOutputStream();
    for (short word : words) {
      high.write(0);
      high.write(word >> 8);
      low.write(0);
      low.write(word);
    }
    ByteBuffer frame =
        ByteBuffer.allocate(64 + high.size() + low.size()).order(ByteOrder.LITTLE_ENDIAN);
    frame.putInt(2).putInt(64).putInt(64 + high.size()).position(64);
    return frame.put(high.toByteArray()).put(low.toByteArray()).array();
  }

  private enum OffsetTable {
    NONE,
    BASIC,
    EXTENDED
  }

  @ParameterizedTest
  @EnumSource(OffsetTable.class)
  void compressedFramesAreFoundThroughEveryOffsetTable(OffsetTable kind) {
    SyntheticCt ct = SyntheticCt.axial(4, 3, 3);
    int[] order = {1, 0, 2};
    TestDataSet dataSet = ct.enhanced(order);
    List<byte[]> items = new ArrayList<>();
    ByteBuffer basic = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer extended = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    int offset = 0;
    for (int z : order) {
      byte[] frame = rle(ct.words(z));
      basic.putInt(offset);
      extended.putLong(offset);
      // Two fragments a frame, where a table tells what belongs together.
      List<byte[]> fragments =
          kind == OffsetTable.NONE
              ? List.of(frame)
              : List.of(Arrays.copyOf(frame, 70), Arrays.copyOfRange(frame, 70, frame.length));
      for (byte[] fragment : fragments) {
        items.add(fragment);
        offset += 8 + fragment.length;
      }
    }
    items.add(0, kind == OffsetTable.BASIC ? basic.array() : new byte[0]);
    if (kind == OffsetTable.EXTENDED) {
      dataSet.bytes(Tag.EXTENDED_OFFSET_TABLE, "OV", extended.array());
    }
    SyntheticCt.write(folder.resolve("rle"), dataSet.fragments(items).write(TransferSyntax.RLE));
    assertFramesInOrder(ct, read());
  }

  @Test
  void aTiltedStackIsKeptAsItIs() {
    SyntheticCt ct = SyntheticCt.axial(4, 3, 5).withStep(new Vector3(0, 0.4, 2));
    ct.writeTo(folder);
    CtVolume volume = read();
    assertSame(ct, volume);
    assertTrue(volume.grid().isSheared());
    assertTrue(volume.source().warnings().get(0).contains("sheared by 11.3 degrees"));
  }

  @Test
  void unevenSlicesAreResampledOnRequest() {
    SyntheticCt ct = SyntheticCt.axial(2, 2, 7);
    double[] at = {0, 1, 2, 4, 5, 6};
    for (int i = 0; i < at.length; i++) {
      TestDataSet slice =
          ct.slice(0)
              .text(Tag.IMAGE_POSITION, "DS", "0\\0\\" + 2 * at[i])
              .words(Tag.PIXEL_DATA, new short[] {(short) (100 * at[i]), 0, 0, 0});
      SyntheticCt.write(folder.resolve("s" + i), slice);
    }
    CtVolume volume =
        DicomReader.read(folder, new DicomReadOptions(Optional.empty(), true), Monitor.NONE);
    assertEquals(7, volume.grid().nz());
    assertEquals(0, volume.grid().stepZ().minus(new Vector3(0, 0, 2)).norm(), WRITTEN_MM);
    for (int z = 0; z < 7; z++) {
      assertEquals(100 * z - 1024, volume.hu(0, 0, z));
    }
    assertTrue(volume.source().warnings().get(0).contains("6 slices were resampled to 7"));
  }

  @Test
  void aSeriesIsChosenByItsUid() {
    SyntheticCt ct = SyntheticCt.axial(4, 3, 3);
    ct.writeTo(folder.resolve("one"));
    SyntheticCt.write(
        folder.resolve("other"), ct.slice(0).text(Tag.SERIES_INSTANCE_UID, "UI", "9.9"));
    DicomReadOptions options = new DicomReadOptions(Optional.of(SyntheticCt.SERIES), false);
    assertSame(ct, DicomReader.read(folder, options, Monitor.NONE));
    List<DicomSeries> series = DicomScan.scan(folder, Monitor.NONE);
    assertEquals(
        List.of(SyntheticCt.SERIES, "9.9"), series.stream().map(DicomSeries::key).toList());
    assertEquals("LPS", Orientation.of(series.get(0).grid().orElseThrow()).toString());
  }

  @Test
  void slicesWithoutUidsOrModalityAreOneSeries() {
    SyntheticCt ct = SyntheticCt.axial(4, 3, 3);
    for (int z = 0; z < ct.slices(); z++) {
      SyntheticCt.write(
          folder.resolve("s" + z),
          ct.slice(z)
              .text(Tag.SERIES_INSTANCE_UID, "UI", "")
              .without(Tag.MODALITY)
              .text(Tag.SOP_CLASS_UID, "UI", ""));
    }
    CtVolume volume = read();
    assertSame(ct, volume);
    assertTrue(volume.source().warnings().get(0).contains("modality is missing"));
  }

  @Test
  void progressIsToldAndCancellingStops() {
    SyntheticCt ct = SyntheticCt.axial(4, 3, 3);
    ct.writeTo(folder);
    Set<Stage> stages = ConcurrentHashMap.newKeySet();
    DicomReader.read(
        folder,
        DicomReadOptions.DEFAULT,
        (stage, done, total) -> {
          assertEquals(3, total);
          stages.add(stage);
        });
    assertEquals(EnumSet.of(Stage.SCAN, Stage.READ), stages);
    Monitor cancelling =
        new Monitor() {
          @Override
          public void progress(Stage stage, long done, long total) {}

          @Override
          public boolean isCancelled() {
            return true;
          }
        };
    assertThrows(
        CancellationException.class,
        () -> DicomReader.read(folder, DicomReadOptions.DEFAULT, cancelling));
  }
}
