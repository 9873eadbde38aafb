package ai.pancreas.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.pancreas.CtReader;
import ai.pancreas.Monitor;
import ai.pancreas.kernel.Kernels;
import ai.pancreas.kernel.Size3;
import ai.pancreas.model.RegionPreprocessing;
import ai.pancreas.nifti.NiftiReader;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Mask;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The network's input against what the reference project's own program makes of the same files. */
class ReferenceRegionFixtureTest {
  private static final Path FIXTURES = Path.of(System.getProperty("pancreas.fixtures"));
  private static final Path EXPECTED = FIXTURES.resolve("classification-2024/reference-96");
  private static final RegionPreprocessing REFERENCE = new RegionPreprocessing.Reference();
  private static final int SIZE = 96;

  @Test
  void theRegionOfADicomSeriesEqualsTheReference() throws IOException {
    compare("ct-dicom/jpeg2000-lossless");
  }

  @Test
  void theRegionOfTheSameCtAsNiftiEqualsTheReference() throws IOException {
    compare("ct-dicom/dcm2niix.nii.gz");
  }

  /** Both are the same few operations on whole numbers in float32: 1e-6 is a few roundings. */
  private static void compare(String input) throws IOException {
    assumeTrue(Files.isDirectory(EXPECTED), "fixtures are absent");
    CtVolume ct = CtReader.read(FIXTURES.resolve(input));
    Mask file = NiftiReader.readMask(EXPECTED.resolve("segmentation.nii.gz"), Monitor.NONE);
    Mask mask = MaskAlignment.byIndex(ct, file, REFERENCE);
    FloatBuffer region =
        RegionExtractor.of(REFERENCE, new Size3(SIZE, SIZE, SIZE), Kernels.best(), 2)
            .extract(ct, mask, Monitor.NONE);
    FloatBuffer expected =
        ByteBuffer.wrap(Files.readAllBytes(EXPECTED.resolve("region.f32")))
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    assertEquals(SIZE * SIZE * SIZE, expected.remaining());
    int nonZero = 0;
    for (int row = 0; row < SIZE; row++) {
      for (int column = 0; column < SIZE; column++) {
        for (int slice = 0; slice < SIZE; slice++) {
          float value = expected.get();
          nonZero += value == 0 ? 0 : 1;
          assertEquals(value, region.get((slice * SIZE + row) * SIZE + column), 1e-6);
        }
      }
    }
    assertTrue(nonZero > 1000, "the comparison sees more than zeros");
  }
}
