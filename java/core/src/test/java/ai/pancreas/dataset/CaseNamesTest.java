package ai.pancreas.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaseNamesTest {

  @ParameterizedTest
  @CsvSource({
    "label0001, 0001",
    "PANCREAS_0001, 0001",
    "img0001, 0001",
    "pancreas_001, 001",
    "case_3_mask, case_3",
    "p7.ct, p7",
    "Segmentation-a b, a b",
    "ct, ''",
    "pancreas, ''",
    "labelled, labelled",
    "0001_0000, 0001_0000"
  })
  void aKeyIsWhatCtAndLabelShare(String stem, String key) {
    assertEquals(key, CaseNames.key(stem));
  }

  @ParameterizedTest
  @CsvSource({
    "labelsTr/pancreas_001.nii.gz, true",
    "imagesTr/pancreas_001_0000.nii.gz, false",
    "a/ct.nii.gz, false",
    "a/pancreas.nii.gz, true",
    "a/label0001.NII.GZ, true",
    "segmentations/liver.nii, true",
    "segmentation-study/p1.nii, false",
    "a/p1.nrrd, true"
  })
  void labelsAreKnownByTheirNames(String file, boolean label) {
    assertEquals(label, CaseNames.isLabel(Path.of(file)));
  }

  @ParameterizedTest
  @CsvSource({"imagesTr/case_0001_0000.nii.gz, case_0001", "a/case_0000.nii.gz, case_0000"})
  void theNumberOfAChannelIsNoPartOfAName(String file, String key) {
    assertEquals(key, CaseNames.keyOfImage(Path.of(file)));
  }
}
