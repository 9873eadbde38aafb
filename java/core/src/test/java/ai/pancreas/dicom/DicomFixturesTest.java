package ai.pancreas.dicom;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.Monitor;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Vector3;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DicomFixturesTest {
  private static final String CORNERSTONE = "dicom-more/cornerstone/CTImage.dcm";

  static CtVolume read(Path input) {
    return DicomReader.read(input, DicomReadOptions.DEFAULT, Monitor.NONE);
  }

  private static float[] slice(CtVolume volume, int z) {
    float[] slice = new float[volume.grid().sliceSize()];
    volume.readSlice(z, slice);
    return slice;
  }

  @ParameterizedTest
  @ValueSource(strings = {"explicit-le", "implicit-le", "explicit-be", "deflated-le", "rle"})
  void everyFifthSliceOfARealCtEqualsWhatDcm2niixReads(String folder) throws IOException {
    CtVolume volume = read(Fixtures.path("ct-dicom/" + folder));
    assertEquals(4, volume.grid().nz());
    assertEquals(10, volume.grid().spacingMm(2), 1e-9);
    Dcm2niixImage.read(Fixtures.path("ct-dicom/dcm2niix.nii.gz")).assertHolds(volume);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "_LittleEndianImplicitTransferSyntax_1.2.840.10008.1.2.dcm",
        "_LittleEndianExplicitTransferSyntax_1.2.840.10008.1.2.1.dcm",
        "_BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2.dcm",
        "_DeflatedExplicitVRLittleEndianTransferSyntax_1.2.840.10008.1.2.1.99.dcm",
        "_RLELosslessTransferSyntax_1.2.840.10008.1.2.5.dcm"
      })
  void oneImageInManySpellingsIsTheSame(String suffix) {
    CtVolume plain = read(Fixtures.path(CORNERSTONE));
    CtVolume other = read(Fixtures.path(CORNERSTONE + suffix));
    assertArrayEquals(slice(plain, 0), slice(other, 0));
    assertEquals(plain.grid(), other.grid());
  }

  @Test
  void paddingIsKeptAndTheRangeIsWhatOtherReadersFound() {
    float[] slice = slice(read(Fixtures.path(CORNERSTONE)), 0);
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (float hu : slice) {
      least = Math.min(least, hu);
      most = Math.max(most, hu);
    }
    assertEquals(-2000 - 1024, least);
    assertEquals(2402 - 1024, most);
  }

  @Test
  void aSingleSliceTakesTheDistanceBetweenSlices() {
    CtVolume volume = read(Fixtures.path(CORNERSTONE));
    assertEquals(6.5, volume.grid().spacingMm(2));
    assertTrue(volume.source().warnings().get(0).contains("single slice"));
  }

  @Test
  void anEnhancedCtIsOrderedByPosition() {
    CtVolume volume = read(Fixtures.path("dicom-more/pydicom/eCT_Supplemental.dcm"));
    Grid grid = volume.grid();
    assertEquals(2, grid.nz());
    // Rows run to the right of the patient, so that the normal points to the feet.
    assertEquals(new Vector3(99.5, -301.5, -149), grid.origin());
    assertEquals(new Vector3(0, 0, -10), grid.stepZ());
    assertEquals(0.388672, grid.spacingMm(0), 1e-9);
  }

  @Test
  void aSmallCtWithPrivateElementsAndTrailingPaddingIsRead() {
    CtVolume volume = read(Fixtures.path("dicom-more/pydicom/CT_small.dcm"));
    assertEquals(128, volume.grid().nx());
    assertEquals(0xAF - 1024, volume.hu(0, 0, 0));
    assertEquals(0xB4 - 1024, volume.hu(1, 0, 0));
  }

  @Test
  void seriesWithoutUidsAreListedWithAStableKey() {
    Path folder = Fixtures.path("ct-dicom/rle");
    List<DicomSeries> series = DicomScan.scan(folder, Monitor.NONE);
    assertEquals(1, series.size());
    assertEquals(4, series.get(0).slices());
    assertEquals("RLE (1.2.840.10008.1.2.5)", series.get(0).transferSyntax());
    assertEquals("CT", series.get(0).modality());
    assertEquals(series, DicomScan.scan(folder, Monitor.NONE));
  }

  @Test
  void fragmentsWithoutOffsetTableAreAssignedToFrames() throws IOException {
    Path file =
        Fixtures.path("dicom-more/cornerstone/CT0012.fragmented_no_bot_jpeg_baseline.51.dcm");
    Header header = new HeaderParser(new DicomSource.OfFile("file", file)).parse().orElseThrow();
    List<List<PixelData.Fragment>> frames =
        FrameLocator.locate(
            header.pixels().orElseThrow(),
            TransferSyntax.JPEG_EXTENDED,
            PixelFormat.of(header.data()),
            2);
    assertEquals(6, frames.get(0).size());
    assertEquals(5, frames.get(1).size());
  }
}
