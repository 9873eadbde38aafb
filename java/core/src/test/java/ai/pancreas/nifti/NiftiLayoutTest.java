package ai.pancreas.nifti;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Orientation;
import ai.pancreas.volume.Reorientation;
import ai.pancreas.volume.TestGrids;
import ai.pancreas.volume.VolumeSource.Format;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NiftiLayoutTest {

  @ParameterizedTest
  @CsvSource({
    "LPS, LAS", // axial, supine, head first
    "LPI, LAS",
    "RAS, RPS", // axial, prone
    "LIA, LSP", // coronal
    "LIP, LSP",
    "PIR, PSR", // sagittal
    "PIL, PSR"
  })
  void aDicomSeriesIsWrittenWithTheLastRowFirstAndLeftHanded(String volume, String file) {
    for (Format format : new Format[] {Format.DICOM, Format.SYNTHETIC}) {
      CtVolume ct = TestGrids.marked(TestGrids.grid(volume, 0, 0, 0), format);
      Grid written = ct.grid().reoriented(NiftiLayout.of(ct).reorientation());
      assertEquals(file, Orientation.of(written).toString());
    }
  }

  @Test
  void aNiftiFileKeepsItsOrder() {
    for (String code : TestGrids.codes()) {
      CtVolume ct = TestGrids.marked(TestGrids.grid(code, 0.2, 0.1, 0.3), Format.NIFTI);
      assertEquals(NiftiLayout.SAME, NiftiLayout.of(ct));
      assertEquals(Reorientation.IDENTITY, NiftiLayout.of(ct).reorientation());
    }
  }
}
