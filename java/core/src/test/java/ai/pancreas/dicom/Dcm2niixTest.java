package ai.pancreas.dicom;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.pancreas.Monitor;
import ai.pancreas.testing.Program;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Vector3;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares with dcm2niix, where it is installed. */
class Dcm2niixTest {
  @TempDir Path folder;

  static Stream<Arguments> series() {
    SyntheticCt axial = SyntheticCt.axial(24, 20, 9);
    Vector3 left = new Vector3(1, 0, 0);
    Vector3 back = new Vector3(0, 1, 0);
    Vector3 up = new Vector3(0, 0, 1);
    double cos = Math.cos(0.3);
    double sin = Math.sin(0.3);
    return Stream.of(
        Arguments.of("axial", axial),
        Arguments.of("in reversed file order", axial.withStep(up.times(-2))),
        Arguments.of("feet first", axial.withOrientation(left.times(-1), back)),
        Arguments.of("prone", axial.withOrientation(left.times(-1), back.times(-1))),
        Arguments.of("coronal", axial.withOrientation(left, up.times(-1))),
        Arguments.of("sagittal", axial.withOrientation(back, up.times(-1))),
        Arguments.of(
            "oblique",
            axial.withOrientation(
                new Vector3(cos, sin * cos, sin * sin), new Vector3(-sin, cos * cos, cos * sin))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("series")
  void readsTheSameNumbersAtTheSamePlaces(String name, SyntheticCt ct) throws Exception {
    assertSameAsDcm2niix(ct.writeTo(folder.resolve("dicom")));
  }

  @Test
  void readsTheSameFromSignedNumbersOutsideOfTwelveBits() throws Exception {
    SyntheticCt ct = SyntheticCt.axial(24, 20, 3);
    Path dicom = folder.resolve("dicom");
    for (int z = 0; z < ct.slices(); z++) {
      short[] words = ct.words(z);
      for (int i = 0; i < words.length; i++) {
        words[i] = i % 7 == 0 ? -2000 : (short) (words[i] * 5 - 9000);
      }
      TestDataSet slice =
          ct.slice(z)
              .uint16(Tag.BITS_STORED, 16)
              .uint16(Tag.HIGH_BIT, 15)
              .uint16(Tag.PIXEL_REPRESENTATION, 1)
              .uint16(Tag.PIXEL_PADDING_VALUE, -2000 & 0xFFFF)
              .words(Tag.PIXEL_DATA, words);
      SyntheticCt.write(dicom.resolve("s" + z), slice);
    }
    assertSameAsDcm2niix(dicom);
  }

  private void assertSameAsDcm2niix(Path dicom) throws IOException, InterruptedException {
    Path nifti = Files.createDirectory(folder.resolve("nifti"));
    Program.assumeInstalled("dcm2niix", "-v");
    Program.run("dcm2niix", "-b", "n", "-z", "n", "-f", "ct", "-o", nifti + "", dicom + "");
    CtVolume volume = DicomReader.read(dicom, DicomReadOptions.DEFAULT, Monitor.NONE);
    Dcm2niixImage image = Dcm2niixImage.read(nifti.resolve("ct.nii"));
    assertEquals(volume.grid().voxelCount(), image.grid().voxelCount());
    image.assertHolds(volume);
  }
}
