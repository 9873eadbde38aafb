package ai.pancreas;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.nifti.NiftiLayout;
import ai.pancreas.nifti.NiftiReader;
import ai.pancreas.nifti.NiftiWriter;
import ai.pancreas.phantom.Phantom;
import ai.pancreas.phantom.PhantomCase;
import ai.pancreas.phantom.PhantomOptions;
import ai.pancreas.phantom.PhantomWriter;
import ai.pancreas.phantom.SeriesLayout;
import ai.pancreas.phantom.SeriesLayout.FileOrder;
import ai.pancreas.phantom.SeriesLayout.Position;
import ai.pancreas.testing.Program;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Mask;
import ai.pancreas.volume.Orientation;
import ai.pancreas.volume.Reorientation;
import ai.pancreas.volume.Vector3;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Phantom series in every direction, read by this library and by dcm2niix. */
class PhantomSeriesTest {

  @BeforeEach
  void dcm2niixIsInstalled() {
    Program.assumeInstalled("dcm2niix", "-v");
  }

  static Stream<Arguments> series() {
    SeriesLayout reversed = new SeriesLayout(Position.HEAD_FIRST, FileOrder.REVERSED);
    SeriesLayout feetFirst = new SeriesLayout(Position.FEET_FIRST, FileOrder.FORWARD);
    return Stream.of(
        Arguments.of("axial", options(Orientation.LPS), SeriesLayout.USUAL),
        Arguments.of("reversed files", options(Orientation.LPS), reversed),
        Arguments.of("feet first", options(Orientation.parse("RPI")), feetFirst),
        Arguments.of("sagittal", options(PhantomOptions.SAGITTAL), SeriesLayout.USUAL),
        Arguments.of("coronal", options(PhantomOptions.CORONAL), SeriesLayout.USUAL),
        Arguments.of(
            "oblique", options(Orientation.LPS).withObliqueDegrees(17), SeriesLayout.USUAL));
  }

  private static PhantomOptions options(Orientation orientation) {
    return PhantomOptions.of(3, 40, 36, 14, orientation);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("series")
  void areReadAsDcm2niixReadsThem(
      String name, PhantomOptions options, SeriesLayout layout, @TempDir Path folder)
      throws Exception {
    PhantomCase phantom = Phantom.generate(options, Monitor.NONE);
    Path dicom = folder.resolve("ct");
    new PhantomWriter(phantom.ct(), 3, layout).write(dicom, Monitor.NONE);
    Path nifti = Files.createDirectory(folder.resolve("nifti"));
    Program.run(
        "dcm2niix", "-z", "n", "-b", "n", "-f", "ct", "-o", nifti.toString(), dicom.toString());

    CtVolume ct = CtReader.read(dicom);
    CtVolume expected = NiftiReader.readCt(nifti.resolve("ct.nii"), Monitor.NONE);
    NiftiLayout niftiLayout = NiftiLayout.of(ct);
    CtVolume actual = ct.reoriented(niftiLayout.reorientation());
    // What float32 and DICOM's decimal strings leave of a position.
    assertTrue(
        actual.grid().matches(expected.grid(), 1e-3), actual.grid() + ", " + expected.grid());
    float[] expectedSlice = new float[expected.grid().sliceSize()];
    float[] actualSlice = new float[expected.grid().sliceSize()];
    for (int z = 0; z < expected.grid().nz(); z++) {
      expected.readSlice(z, expectedSlice);
      actual.readSlice(z, actualSlice);
      assertArrayEquals(expectedSlice, actualSlice);
    }

    // The phantom's own mask, written beside: a mask lies on dcm2niix's grid of the series.
    Mask mask = phantom.pancreas().reoriented(between(phantom.ct(), ct));
    Path file = folder.resolve("mask.nii.gz");
    NiftiWriter.writeMask(file, mask, niftiLayout, name);
    Mask written = NiftiReader.readMask(file, Monitor.NONE);
    assertTrue(written.grid().matches(expected.grid(), 1e-3));
    Grid phantomGrid = phantom.ct().grid();
    for (int z = 0; z < written.grid().nz(); z++) {
      for (int y = 0; y < written.grid().ny(); y++) {
        for (int x = 0; x < written.grid().nx(); x++) {
          Vector3 index = phantomGrid.toIndex(written.grid().toPatient(x, y, z));
          assertEquals(
              phantom
                  .pancreas()
                  .at(
                      (int) Math.rint(index.x()),
                      (int) Math.rint(index.y()),
                      (int) Math.rint(index.z())),
              written.at(x, y, z));
        }
      }
    }
    assertEquals(phantom.pancreas().voxelCount(), written.voxelCount());
    assertTrue(written.voxelCount() > 0);
  }

  private static Reorientation between(CtVolume from, CtVolume to) {
    return Reorientation.between(Orientation.of(from.grid()), Orientation.of(to.grid()));
  }
}
