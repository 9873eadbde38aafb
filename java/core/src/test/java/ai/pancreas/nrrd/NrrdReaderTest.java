package ai.pancreas.nrrd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.LabelMask;
import ai.pancreas.volume.Vector3;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files are built here byte by byte from the definition of the format. */
class NrrdReaderTest {
  private static final int NX = 4;
  private static final int NY = 3;
  private static final int NZ = 2;
  private static final String PLACE =
      "space: left-posterior-superior\n"
          + "sizes: 4 3 2\n"
          + "space directions: (0.5,0,0) (0,0.75,0) (0,0,2)\n"
          + "kinds: domain domain domain\n"
          + "space origin: (-10,20.5,30)\n";

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "int8_t, 1",
    "uchar, 1",
    "unsigned short int, 2",
    "short, 2",
    "int, 4",
    "uint32, 4",
    "long long, 8",
    "uint64_t, 8",
    "float, -4",
    "double, -8"
  })
  void everyTypeIsReadInBothByteOrders(String type, int bytes) throws IOException {
    for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
      String endian = order == ByteOrder.LITTLE_ENDIAN ? "little" : "big";
      String header = head("type: " + type + "\nencoding: raw\nendian: " + endian + "\n" + PLACE);
      LabelMask read = read(attached(header, samples(bytes, order)));

      assertLabels(read);
      assertTrue(read.placed());
      assertTrue(
          read.mask()
              .grid()
              .matches(
                  new Grid(
                      NX,
                      NY,
                      NZ,
                      new Vector3(-10, 20.5, 30),
                      new Vector3(0.5, 0, 0),
                      new Vector3(0, 0.75, 0),
                      new Vector3(0, 0, 2)),
                  0));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "left-posterior-superior, 1, 1",
    "LPS, 1, 1",
    "right-anterior-superior, -1, -1",
    "RAS, -1, -1",
    "left-anterior-superior, 1, -1",
    "LAS, 1, -1"
  })
  void spacesAreTurnedToLps(String space, int x, int y) throws IOException {
    String header =
        head(
            "type: uchar\nencoding: raw\nspace: "
                + space
                + "\nsizes: 4 3 2\n"
                + "space directions: (0,0.5,0.1) (-0.7,0,0) (0,0,2)\n"
                + "space origin: (1,2,3)\n");

    Grid grid = read(attached(header, samples(1, ByteOrder.LITTLE_ENDIAN))).mask().grid();

    assertEquals(new Vector3(x, 2 * y, 3), grid.origin());
    assertEquals(new Vector3(0, 0.5 * y, 0.1), grid.stepX());
    assertEquals(new Vector3(-0.7 * x, 0, 0), grid.stepY());
  }

  @Test
  void aSegmentationAsSlicerWritesItIsRead() throws IOException {
    String header =
        "NRRD0004\n# Complete NRRD file format specification at:\ncontent: \n"
            + "type: unsigned char\ndimension: 4\nspace: left-posterior-superior\n"
            + "sizes: 1 4 3 2\n"
            + "space directions: none (1,0,0) (0,1,0) (0,0,3)\n"
            + "kinds: list domain domain domain\nencoding: gzip\nspace origin: (0,0,0)\n"
            + "Segment0_Name:=pancreas: head\nSegment0_LabelValue:=7\n\n";

    assertLabels(read(attached(header, gzip(samples(1, ByteOrder.LITTLE_ENDIAN)))));
  }

  @Test
  void layersAreRefused() throws IOException {
    String header =
        "NRRD0004\ntype: uchar\ndimension: 4\nsizes: 2 4 3 2\nencoding: raw\n"
            + "space: LPS\nspace directions: none (1,0,0) (0,1,0) (0,0,3)\n\n";
    assertBad(attached(header, new byte[48]), "layer");
  }

  @Test
  void aDetachedHeaderFindsItsData() throws IOException {
    byte[] data = samples(2, ByteOrder.BIG_ENDIAN);
    String head = "type: short\nendian: big\n" + PLACE;
    Files.write(folder.resolve("a.raw"), concat("a comment\n".getBytes(), data));
    Files.write(folder.resolve("a.raw.gz"), gzip(concat(new byte[5], data)));
    assertLabels(read(nhdr(head + "encoding: raw\nline skip: 1\ndata file: a.raw\n")));
    assertLabels(read(nhdr(head + "encoding: raw\nbyteskip: -1\ndatafile: a.raw\n")));
    assertLabels(read(nhdr(head + "encoding: gz\nbyte skip: 5\ndata file: a.raw.gz\n")));
  }

  @Test
  void dataElsewhereOrInPiecesIsRefused() throws IOException {
    String head = "type: uchar\nencoding: raw\n" + PLACE;
    assertBad(nhdr(head + "data file: ../x.raw\n"), "outside");
    assertBad(nhdr(head + "data file: /etc/hostname\n"), "outside");
    assertBad(nhdr(head + "data file: missing.raw\n"), "not there");
    assertBad(nhdr(head + "data file: slice%03d.raw 1 2 1\n"), "several");
    assertBad(nhdr(head + "data file: LIST\n"), "several");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ascii", "text", "hex", "bzip2"})
  void otherEncodingsAreRefusedByName(String encoding) throws IOException {
    assertBad(
        attached(head("type: uchar\nencoding: " + encoding + "\n" + PLACE), new byte[24]),
        encoding);
  }

  @Test
  void damageIsToldByName() throws IOException {
    byte[] data = samples(1, ByteOrder.LITTLE_ENDIAN);
    String head = "type: uchar\nencoding: raw\n";
    assertBad(attached(head(head + PLACE), new byte[23]), "truncated");
    assertBad(
        attached(head(head + PLACE.replace("4 3 2", "40000 30000 2")), data), "impossible sizes");
    assertBad(attached(head(head + PLACE.replace("4 3 2", "4 -3 2")), data), "size");
    assertBad(attached(head(head + PLACE.replace("4 3 2", "4 3")), data), "sizes");
    assertBad(attached(head(head + PLACE.replace("(0,0.75,0)", "(0,0,0)")), data), "distance");
    assertBad(attached(head(head + PLACE.replace("0.75", "x")), data), "numbers");
    assertBad(attached(head("type: block\nencoding: raw\n" + PLACE), data), "block");
    assertBad(attached(head("type: short\nencoding: raw\n" + PLACE), new byte[48]), "endian");
    assertBad(attached("NRRD0004\n" + head + PLACE + "\n", data), "dimensions");
    assertBad(attached("hello\n", data), "not a NRRD");
    byte[] packed = gzip(samples(1, ByteOrder.LITTLE_ENDIAN));
    packed[packed.length / 2] ^= 0x55;
    assertBad(attached(head("type: uchar\nencoding: gzip\n" + PLACE), packed), "");
  }

  @Test
  void valuesThatAreNoLabelsAreRefused() throws IOException {
    byte[] data = samples(-4, ByteOrder.LITTLE_ENDIAN);
    ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).putFloat(16, 0.5f);
    assertBad(
        attached(head("type: float\nencoding: raw\nendian: little\n" + PLACE), data), "whole");
  }

  @Test
  void withoutAPatientSpaceItSaysSo() throws IOException {
    String header = head("type: uchar\nencoding: raw\nsizes: 4 3 2\nspacings: 0.5 0.5 2\n");

    LabelMask read = read(attached(header, samples(1, ByteOrder.LITTLE_ENDIAN)));

    assertFalse(read.placed());
    assertEquals(2, read.mask().grid().spacingMm(2));
  }

  private static void assertLabels(LabelMask read) {
    assertEquals(Map.of(0, 22L, 7, 1L, 3, 1L), read.voxelCounts());
    assertEquals(1, read.mask().voxelCount());
    assertTrue(read.mask().at(1, 2, 1));
  }

  /** Label 7 at column 1, row 2, slice 1; label 3 at column 3, row 0, slice 0. */
  private static byte[] samples(int bytes, ByteOrder order) {
    int width = Math.abs(bytes);
    ByteBuffer buffer = ByteBuffer.allocate(NX * NY * NZ * width).order(order);
    put(buffer, bytes, (NY + 2) * NX + 1, 7);
    put(buffer, bytes, 3, 3);
    return buffer.array();
  }

  private static void put(ByteBuffer buffer, int bytes, int index, int value) {
    int at = index * Math.abs(bytes);
    switch (bytes) {
      case 1 -> buffer.put(at, (byte) value);
      case 2 -> buffer.putShort(at, (short) value);
      case 4 -> buffer.putInt(at, value);
      case 8 -> buffer.putLong(at, value);
      case -4 -> buffer.putFloat(at, value);
      default -> buffer.putDouble(at, value);
    }
  }

  private static String head(String fields) {
    return "NRRD0005\ndimension: 3\n" + fields + "\n";
  }

  private Path attached(String header, byte[] data) throws IOException {
    return Files.write(
        folder.resolve("label.nrrd"), concat(header.getBytes(StandardCharsets.US_ASCII), data));
  }

  private Path nhdr(String fields) throws IOException {
    return Files.writeString(folder.resolve("label.nhdr"), "NRRD0005\ndimension: 3\n" + fields);
  }

  private static byte[] concat(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  private static LabelMask read(Path file) {
    return NrrdReader.readLabels(file, label -> label == 7, Monitor.NONE);
  }

  private static void assertBad(Path file, String word) {
    PancreasException e = assertThrows(PancreasException.class, () -> read(file));
    assertEquals(ErrorCode.BAD_DATA, e.code(), e::getMessage);
    assertTrue(e.getMessage().contains(word), e::getMessage);
    assertEquals(1, e.getMessage().lines().count());
  }
}
