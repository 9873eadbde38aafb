package ai.pancreas.codecs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.pancreas.CtReader;
import ai.pancreas.Monitor;
import ai.pancreas.nifti.NiftiLayout;
import ai.pancreas.nifti.NiftiReader;
import ai.pancreas.volume.CtVolume;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real CTs in many encodings: whatever the transfer syntax, the numbers are the same. */
class CtFixturesTest {
  private static final Path FIXTURES = Path.of(System.getProperty("pancreas.fixtures"));
  private static final Path SERIES = FIXTURES.resolve("ct-dicom");
  private static final Path ONE_SLICE = FIXTURES.resolve("dicom-more/cornerstone");

  private static CtVolume series;

  // Before each test, not before all: only so are skipped tests counted one by one.
  @BeforeEach
  void readSeries() {
    assumeTrue(Files.isDirectory(SERIES), "fixtures are absent");
    if (series == null) {
      series = CtReader.read(SERIES.resolve("jpeg2000-lossless"));
    }
  }

  @Test
  void theSeriesEqualsWhatDcm2niixReads() {
    CtVolume expected = NiftiReader.readCt(SERIES.resolve("dcm2niix.nii.gz"), Monitor.NONE);
    CtVolume actual = series.reoriented(NiftiLayout.of(series).reorientation());
    assertTrue(actual.grid().matches(expected.grid(), 1e-3));
    for (int z = 0; z < expected.grid().nz(); z++) {
      assertArrayEquals(slice(expected, z), slice(actual, z));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "deflated-le",
        "explicit-be",
        "explicit-le",
        "implicit-le",
        "jpeg-lossless",
        "jpeg-ls-lossless",
        "rle"
      })
  void eachTransferSyntaxGivesTheSameNumbers(String folder) {
    CtVolume everyFifth = CtReader.read(SERIES.resolve(folder));
    assertEquals(4, everyFifth.grid().nz());
    for (int z = 0; z < 4; z++) {
      double position = series.grid().toIndex(everyFifth.grid().toPatient(0, 0, z)).z();
      assertEquals(Math.rint(position), position, 1e-3);
      assertArrayEquals(slice(series, (int) Math.rint(position)), slice(everyFifth, z));
    }
  }

  static Stream<String> losslessFiles() {
    return Stream.of(
        "CTImage.dcm",
        "CTImage.dcm_BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2.dcm",
        "CTImage.dcm_DeflatedExplicitVRLittleEndianTransferSyntax_1.2.840.10008.1.2.1.99.dcm",
        "CTImage.dcm_JPEG2000LosslessOnlyTransferSyntax_1.2.840.10008.1.2.4.90.dcm",
        "CTImage.dcm_JPEGLSLosslessTransferSyntax_1.2.840.10008.1.2.4.80.dcm",
        "CTImage.dcm_JPEGProcess14SV1TransferSyntax_1.2.840.10008.1.2.4.70.dcm",
        "CTImage.dcm_JPEGProcess14TransferSyntax_1.2.840.10008.1.2.4.57.dcm",
        "CTImage.dcm_LittleEndianExplicitTransferSyntax_1.2.840.10008.1.2.1.dcm",
        "CTImage.dcm_LittleEndianImplicitTransferSyntax_1.2.840.10008.1.2.dcm",
        "CTImage.dcm_RLELosslessTransferSyntax_1.2.840.10008.1.2.5.dcm");
  }

  @ParameterizedTest
  @MethodSource("losslessFiles")
  void theTenLosslessSpellingsOfOnePictureAgree(String file) {
    CtVolume expected = CtReader.read(ONE_SLICE.resolve("CTImage.dcm"));
    CtVolume actual = CtReader.read(ONE_SLICE.resolve(file));
    assertArrayEquals(slice(expected, 0), slice(actual, 0));
  }

  private static float[] slice(CtVolume ct, int z) {
    float[] values = new float[ct.grid().sliceSize()];
    ct.readSlice(z, values);
    return values;
  }
}
