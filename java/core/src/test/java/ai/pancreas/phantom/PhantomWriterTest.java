package ai.pancreas.phantom;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Orientation;
import ai.pancreas.volume.Vector3;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhantomWriterTest {
  private static final SeriesLayout FEET_FIRST_REVERSED =
      new SeriesLayout(SeriesLayout.Position.FEET_FIRST, SeriesLayout.FileOrder.REVERSED);

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "LPS, 0, HEAD_FIRST, FORWARD",
    "LPS, 0, HEAD_FIRST, REVERSED",
    "LPI, 0, FEET_FIRST, FORWARD",
    "LIP, 0, HEAD_FIRST, FORWARD",
    "PIR, 0, HEAD_FIRST, FORWARD",
    "LPS, 20, HEAD_FIRST, FORWARD",
    "LIP, -15, FEET_FIRST, REVERSED"
  })
  void dcm2niixReadsTheSameVoxelsAtTheSamePlaces(
      String orientation,
      double oblique,
      SeriesLayout.Position position,
      SeriesLayout.FileOrder order)
      throws Exception {
    CtVolume ct = ct(orientation, oblique);
    Path series = folder.resolve("series");
    new PhantomWriter(ct, 3, new SeriesLayout(position, order)).write(series, Monitor.NONE);
    String log =
        run(
            "dcm2niix",
            "-z",
            "n",
            "-b",
            "n",
            "-f",
            "out",
            "-o",
            folder.toString(),
            series.toString());
    for (String line : log.lines().toList()) {
      // No real manufacturer made this scanner.
      boolean expected = line.contains("Unable to determine manufacturer");
      assertTrue(expected || !line.toLowerCase().contains("warning"), line);
    }
    assertSameVoxels(ct, Files.readAllBytes(folder.resolve("out.nii")));
  }

  @Test
  void everyFileIsWellFormed() throws Exception {
    CtVolume ct = ct("LPS", 0);
    Path series = folder.resolve("series");
    new PhantomWriter(ct, 3, FEET_FIRST_REVERSED).write(series, Monitor.NONE);
    List<Path> files = list(series);
    assertEquals(ct.grid().nz(), files.size());
    for (int i = 0; i < files.size(); i++) {
      Map<Integer, byte[]> elements = parse(Files.readAllBytes(files.get(i)));
      assertEquals("1.2.840.10008.5.1.4.1.1.2", text(elements, 0x00080016));
      assertEquals(text(elements, 0x00020003), text(elements, 0x00080018));
      assertTrue(text(elements, 0x0020000E).matches("2\\.25\\.\\d{1,39}"));
      assertEquals("PHANTOM^SEED3", text(elements, 0x00100010));
      assertEquals("FFS", text(elements, 0x00185100));
      assertEquals(Integer.toString(i + 1), text(elements, 0x00200013));
      int z = files.size() - 1 - i;
      String[] position = text(elements, 0x00200032).split("\\\\");
      assertEquals(ct.grid().toPatient(0, 0, z).z(), Double.parseDouble(position[2]), 1e-6);
      ByteBuffer pixels = ByteBuffer.wrap(elements.get(0x7FE00010)).order(ByteOrder.LITTLE_ENDIAN);
      assertEquals(2 * ct.grid().sliceSize(), pixels.capacity());
      assertEquals(ct.hu(5, 7, z), pixels.getShort(2 * (7 * ct.grid().nx() + 5)) - 1024);
    }
  }

  @Test
  void theSamePhantomGetsTheSameFilesAndAnotherSeriesAnotherUid() throws Exception {
    CtVolume ct = ct("LPS", 0);
    new PhantomWriter(ct, 3, SeriesLayout.USUAL).write(folder.resolve("a"), Monitor.NONE);
    new PhantomWriter(ct, 3, SeriesLayout.USUAL).write(folder.resolve("b"), Monitor.NONE);
    new PhantomWriter(ct, 3, FEET_FIRST_REVERSED).write(folder.resolve("c"), Monitor.NONE);
    byte[] a = Files.readAllBytes(folder.resolve("a/IM00002.dcm"));
    assertArrayEquals(a, Files.readAllBytes(folder.resolve("b/IM00002.dcm")));
    Map<Integer, byte[]> first = parse(a);
    Map<Integer, byte[]> other = parse(Files.readAllBytes(folder.resolve("c/IM00002.dcm")));
    assertEquals(text(first, 0x0020000D), text(other, 0x0020000D));
    assertFalse(text(first, 0x0020000E).equals(text(other, 0x0020000E)));
    assertFalse(text(first, 0x00080018).equals(text(other, 0x00080018)));
  }

  @Test
  void aFolderInUseIsLeftAlone() throws Exception {
    Files.writeString(folder.resolve("precious.txt"), "keep");
    PhantomWriter writer = new PhantomWriter(ct("LPS", 0), 3, SeriesLayout.USUAL);
    PancreasException error =
        assertThrows(PancreasException.class, () -> writer.write(folder, Monitor.NONE));
    assertEquals(ErrorCode.OUTPUT, error.code());
    assertEquals(1, list(folder).size());
    Path file = folder.resolve("precious.txt");
    assertEquals(
        ErrorCode.OUTPUT,
        assertThrows(PancreasException.class, () -> writer.write(file, Monitor.NONE)).code());
    assertEquals("keep", Files.readString(file));
  }

  @Test
  void anEmptyFolderIsFilled() throws Exception {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    CtVolume ct = ct("LPS", 0);
    new PhantomWriter(ct, 3, SeriesLayout.USUAL).write(empty, Monitor.NONE);
    assertEquals(ct.grid().nz(), list(empty).size());
  }

  @Test
  void aCancelledSeriesLeavesNothing() throws Exception {
    Monitor stopsLater =
        new Monitor() {
          private volatile boolean cancelled;

          @Override
          public void progress(Stage stage, long done, long total) {
            cancelled = done == 3;
          }

          @Override
          public boolean isCancelled() {
            return cancelled;
          }
        };
    PhantomWriter writer = new PhantomWriter(ct("LPS", 0), 3, SeriesLayout.USUAL);
    assertThrows(
        CancellationException.class, () -> writer.write(folder.resolve("series"), stopsLater));
    assertEquals(List.of(), list(folder));
  }

  @Test
  void aShearedGridIsRefused() {
    Grid sheared =
        new Grid(
            2,
            2,
            2,
            new Vector3(0, 0, 0),
            new Vector3(1, 0, 0),
            new Vector3(0, 1, 0),
            new Vector3(0, 0.3, 1));
    CtVolume ct = Phantom.ofSeed(1).sample(sheared, 0, 1, Monitor.NONE).ct();
    assertThrows(
        IllegalArgumentException.class, () -> new PhantomWriter(ct, 1, SeriesLayout.USUAL));
  }

  private static CtVolume ct(String orientation, double oblique) {
    PhantomOptions options =
        PhantomOptions.of(3, 18, 22, 9, Orientation.parse(orientation)).withObliqueDegrees(oblique);
    return Phantom.generate(options, Monitor.NONE).ct();
  }

  /** Looks up every voxel of a NIfTI-1 file through its sform (RAS) in the CT (LPS). */
  private static void assertSameVoxels(CtVolume ct, byte[] file) {
    ByteBuffer nifti = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int nx = nifti.getShort(42);
    int ny = nifti.getShort(44);
    int nz = nifti.getShort(46);
    assertEquals(ct.grid().voxelCount(), (long) nx * ny * nz);
    assertEquals(4, nifti.getShort(70), "int16");
    float slope = nifti.getFloat(112);
    float intercept = nifti.getFloat(116);
    int offset = (int) nifti.getFloat(108);
    for (int i = 0; i < nx * ny * nz; i++) {
      double[] ras = new double[3];
      for (int row = 0; row < 3; row++) {
        int at = 280 + 16 * row;
        ras[row] =
            nifti.getFloat(at) * (i % nx)
                + nifti.getFloat(at + 4) * (i / nx % ny)
                + nifti.getFloat(at + 8) * (i / nx / ny)
                + nifti.getFloat(at + 12);
      }
      Vector3 place = new Vector3(-ras[0], -ras[1], ras[2]);
      Vector3 index = ct.grid().toIndex(place);
      int x = (int) Math.rint(index.x());
      int y = (int) Math.rint(index.y());
      int z = (int) Math.rint(index.z());
      // The sform is float32: 1e-4 mm at 200 mm.
      assertEquals(0, ct.grid().toPatient(x, y, z).minus(place).norm(), 1e-3);
      assertEquals(ct.hu(x, y, z), nifti.getShort(offset + 2 * i) * slope + intercept);
    }
  }

  /** Explicit VR Little Endian; fails where tags do not ascend or lengths are odd. */
  private static Map<Integer, byte[]> parse(byte[] file) {
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    in.position(128);
    byte[] magic = new byte[4];
    in.get(magic);
    assertEquals("DICM", new String(magic, StandardCharsets.US_ASCII));
    Map<Integer, byte[]> elements = new TreeMap<>();
    long last = -1;
    int metaEnd = -1;
    while (in.hasRemaining()) {
      int tag = (in.getShort() & 0xFFFF) << 16 | in.getShort() & 0xFFFF;
      assertTrue(Integer.toUnsignedLong(tag) > last, Integer.toHexString(tag));
      last = Integer.toUnsignedLong(tag);
      byte[] vr = new byte[2];
      in.get(vr);
      String type = new String(vr, StandardCharsets.US_ASCII);
      int length;
      if (type.equals("OB") || type.equals("OW")) {
        in.getShort();
        length = in.getInt();
      } else {
        length = in.getShort() & 0xFFFF;
      }
      assertEquals(0, length % 2, Integer.toHexString(tag));
      byte[] value = new byte[length];
      in.get(value);
      elements.put(tag, value);
      if (type.equals("DS")) {
        for (String number : text(elements, tag).split("\\\\")) {
          assertTrue(number.length() <= 16, number);
        }
      }
      if (tag == 0x00020000) {
        metaEnd = in.position() + ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getInt();
      }
      if (tag >>> 16 == 2) {
        assertTrue(in.position() <= metaEnd);
      }
    }
    return elements;
  }

  private static String text(Map<Integer, byte[]> elements, int tag) {
    return new String(elements.get(tag), StandardCharsets.US_ASCII).replace("\0", "").trim();
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private static String run(String... command) throws Exception {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      assumeTrue(false, command[0] + " is not installed");
      throw e;
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output;
  }
}
