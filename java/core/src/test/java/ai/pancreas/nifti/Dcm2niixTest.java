package ai.pancreas.nifti;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.Monitor;
import ai.pancreas.testing.Program;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Reorientation;
import ai.pancreas.volume.TestGrids;
import ai.pancreas.volume.Vector3;
import ai.pancreas.volume.VolumeSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small DICOM series, read by dcm2niix and laid out by {@link NiftiLayout}. */
class Dcm2niixTest {
  /** DICOM's decimal strings hold direction cosines to 1e-9 and positions to 1e-6 mm. */
  private static final double SAME_PLACE_MM = 1e-3;

  @TempDir Path folder;

  @BeforeEach
  void dcm2niixIsInstalled() {
    Program.assumeInstalled("dcm2niix", "-v");
  }

  @Test
  void straightSeriesAreLaidOutAsDcm2niixDoes() throws IOException {
    compareAll(0, 0, 0);
  }

  @Test
  void obliqueSeriesAreLaidOutAsDcm2niixDoes() throws IOException {
    compareAll(0.7, -0.5, 0.6);
  }

  @Test
  void seriesOfATiltedGantryAreLaidOutAsDcm2niixDoes() throws IOException {
    // Beside a corrected file, dcm2niix writes one with the shear in its sform. Where it has to
    // reverse the slices, it misplaces that file by the whole shear, so they go forward here.
    Map<String, Grid> grids = new LinkedHashMap<>();
    grids.put("tilted", TestGrids.sheared());
    grids.put("turned", TestGrids.sheared().reoriented(Reorientation.flips(true, true, false)));
    compare(grids, series -> true);
  }

  private void compareAll(double aboutL, double aboutP, double aboutS) throws IOException {
    Map<String, Grid> grids = new LinkedHashMap<>();
    for (String code : TestGrids.codes()) {
      grids.put(code, TestGrids.grid(code, aboutL, aboutP, aboutS));
    }
    // Numbered from one end and from the other: the order of instances must not matter.
    compare(grids, series -> series % 2 == 0);
  }

  private void compare(Map<String, Grid> grids, IntPredicate isForward) throws IOException {
    int series = 0;
    for (Map.Entry<String, Grid> entry : grids.entrySet()) {
      series++;
      writeSeries(
          entry.getKey(),
          series,
          TestGrids.marked(entry.getValue(), VolumeSource.Format.DICOM),
          isForward.test(series));
    }
    Path out = Files.createDirectory(folder.resolve("out"));
    Program.run(
        "dcm2niix", "-b", "n", "-z", "n", "-f", "%d", "-o", out.toString(), folder.toString());
    for (Map.Entry<String, Grid> entry : grids.entrySet()) {
      String name = entry.getKey();
      Grid grid = entry.getValue();
      CtVolume ct = TestGrids.marked(grid, VolumeSource.Format.DICOM);
      CtVolume theirs = NiftiReader.readCt(out.resolve(name + ".nii"), Monitor.NONE);
      assertSame(name, ct.reoriented(NiftiLayout.of(ct).reorientation()), theirs);

      // The same series as a reader holds it that goes along the normal of the slices.
      boolean against = grid.stepX().cross(grid.stepY()).dot(grid.stepZ()) < 0;
      CtVolume along = ct.reoriented(Reorientation.flips(false, false, against));
      assertSame(name, along.reoriented(NiftiLayout.of(along).reorientation()), theirs);
    }
  }

  private static void assertSame(String name, CtVolume ours, CtVolume theirs) {
    Grid grid = ours.grid();
    assertTrue(grid.matches(theirs.grid(), SAME_PLACE_MM), name + " " + grid + theirs.grid());
    for (int z = 0; z < grid.nz(); z++) {
      for (int y = 0; y < grid.ny(); y++) {
        for (int x = 0; x < grid.nx(); x++) {
          assertEquals(ours.hu(x, y, z), theirs.hu(x, y, z), name);
        }
      }
    }
  }

  private void writeSeries(String name, int seriesNumber, CtVolume ct, boolean forward)
      throws IOException {
    Path series = Files.createDirectory(folder.resolve(name));
    Grid grid = ct.grid();
    String seriesUid = "1.2.826.0.1." + seriesNumber;
    for (int z = 0; z < grid.nz(); z++) {
      int number = forward ? z + 1 : grid.nz() - z;
      Vector3 position = grid.toPatient(0, 0, z);
      Vector3 x = grid.stepX().normalized();
      Vector3 y = grid.stepY().normalized();
      ByteBuffer pixels = ByteBuffer.allocate(2 * grid.sliceSize()).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < grid.sliceSize(); i++) {
        pixels.putShort((short) ct.hu(i % grid.nx(), i / grid.nx(), z));
      }
      String uid = seriesUid + "." + number;
      Dicom file = new Dicom();
      file.text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.2");
      file.text(0x00080018, "UI", uid);
      file.text(0x00080060, "CS", "CT");
      file.text(0x0008103e, "LO", name);
      file.text(0x00180050, "DS", decimal(grid.spacingMm(2)));
      file.text(0x0020000d, "UI", "1.2.826.0.1");
      file.text(0x0020000e, "UI", seriesUid);
      file.text(0x00200011, "IS", String.valueOf(seriesNumber));
      file.text(0x00200013, "IS", String.valueOf(number));
      file.text(0x00200032, "DS", decimal(position.x(), position.y(), position.z()));
      file.text(0x00200037, "DS", decimal(x.x(), x.y(), x.z(), y.x(), y.y(), y.z()));
      file.number(0x00280002, 1);
      file.text(0x00280004, "CS", "MONOCHROME2");
      file.number(0x00280010, grid.ny());
      file.number(0x00280011, grid.nx());
      file.text(0x00280030, "DS", decimal(grid.spacingMm(1), grid.spacingMm(0)));
      file.number(0x00280100, 16);
      file.number(0x00280101, 16);
      file.number(0x00280102, 15);
      file.number(0x00280103, 1);
      file.text(0x00281052, "DS", "0");
      file.text(0x00281053, "DS", "1");
      file.element(0x7fe00010, "OW", pixels.array());
      Files.write(series.resolve(number + ".dcm"), file.part10(uid));
    }
  }

  private static String decimal(double... values) {
    StringBuilder text = new StringBuilder();
    for (double value : values) {
      text.append(text.isEmpty() ? "" : "\\").append(String.format(Locale.ROOT, "%.10f", value));
    }
    return text.toString();
  }

  /** A data set in explicit VR little endian, PS3.5 7.1.2. */
  private static final class Dicom {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    void text(int tag, String vr, String value) {
      String padding = value.length() % 2 == 0 ? "" : vr.equals("UI") ? "\0" : " ";
      element(tag, vr, (value + padding).getBytes(StandardCharsets.US_ASCII));
    }

    void number(int tag, int value) {
      element(tag, "US", new byte[] {(byte) value, (byte) (value >> 8)});
    }

    void element(int tag, String vr, byte[] value) {
      boolean longForm = vr.equals("OW") || vr.equals("OB");
      ByteBuffer head = ByteBuffer.allocate(longForm ? 12 : 8).order(ByteOrder.LITTLE_ENDIAN);
      head.putShort((short) (tag >> 16)).putShort((short) tag);
      head.put(vr.getBytes(StandardCharsets.US_ASCII));
      if (longForm) {
        head.putShort((short) 0).putInt(value.length);
      } else {
        head.putShort((short) value.length);
      }
      out.writeBytes(head.array());
      out.writeBytes(value);
    }

    byte[] part10(String uid) {
      Dicom meta = new Dicom();
      meta.element(0x00020001, "OB", new byte[] {0, 1});
      meta.text(0x00020002, "UI", "1.2.840.10008.5.1.4.1.1.2");
      meta.text(0x00020003, "UI", uid);
      meta.text(0x00020010, "UI", "1.2.840.10008.1.2.1");
      Dicom file = new Dicom();
      file.out.writeBytes(new byte[128]);
      file.out.writeBytes("DICM".getBytes(StandardCharsets.US_ASCII));
      byte[] length =
          ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(meta.out.size()).array();
      file.element(0x00020000, "UL", length);
      file.out.writeBytes(meta.out.toByteArray());
      file.out.writeBytes(out.toByteArray());
      return file.out.toByteArray();
    }
  }
}
