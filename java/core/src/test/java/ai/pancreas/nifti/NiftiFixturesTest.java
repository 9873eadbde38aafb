package ai.pancreas.nifti;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.pancreas.Monitor;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Mask;
import ai.pancreas.volume.Orientation;
import ai.pancreas.volume.Vector3;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Real files, with numbers that nibabel printed. */
class NiftiFixturesTest {
  private static Path fixture(String name) {
    Path file = Path.of(System.getProperty("pancreas.fixtures", ""), name);
    assumeTrue(Files.exists(file), "no fixtures");
    return file;
  }

  @Test
  void aCtOfDcm2niixIsRead() {
    CtVolume ct = NiftiReader.readCt(fixture("ct-dicom/dcm2niix.nii.gz"), Monitor.NONE);
    Grid expected =
        new Grid(
            512,
            512,
            20,
            new Vector3(-249.51171875, 61.51171875, -804.5),
            new Vector3(0.9765625, 0, 0),
            new Vector3(0, -0.9765625, 0),
            new Vector3(0, 0, 2));
    assertTrue(ct.grid().matches(expected, 1e-4)); // float32 header
    assertEquals("LAS", Orientation.of(ct.grid()).toString());
    assertEquals(List.of(-1024f, 1839f), range(ct));
    assertEquals(List.of(), ct.source().warnings());
  }

  @Test
  void aCtOfInt32AndAMaskOfFloat64AreRead() {
    CtVolume ct = NiftiReader.readCt(fixture("ct-nifti/ct.nii.gz"), Monitor.NONE);
    assertEquals(List.of(-1207f, 3382f), range(ct));
    assertEquals("RAS", Orientation.of(ct.grid()).toString());
    Mask mask = NiftiReader.readMask(fixture("ct-nifti/pancreas.nii.gz"), Monitor.NONE);
    assertEquals(818, mask.voxelCount());
    assertEquals(22.086, mask.volumeMl(), 1e-3);
    assertTrue(mask.grid().matches(ct.grid(), 1e-9));
  }

  private static List<Float> range(CtVolume ct) {
    float[] slice = new float[ct.grid().sliceSize()];
    float min = Float.MAX_VALUE;
    float max = -Float.MAX_VALUE;
    for (int z = 0; z < ct.grid().nz(); z++) {
      ct.readSlice(z, slice);
      for (float hu : slice) {
        min = Math.min(min, hu);
        max = Math.max(max, hu);
      }
    }
    return List.of(min, max);
  }
}
