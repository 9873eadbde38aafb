package example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.pancreas.CtReader;
import ai.pancreas.Monitor;
import ai.pancreas.nifti.NiftiLayout;
import ai.pancreas.nifti.NiftiReader;
import ai.pancreas.nifti.NiftiWriter;
import ai.pancreas.phantom.Phantom;
import ai.pancreas.phantom.PhantomOptions;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Mask;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentOneTest {
  @Test
  void theMaskHasTheGridOfTheCt(@TempDir Path folder) {
    Path ct = folder.resolve("ct.nii.gz");
    Path mask = folder.resolve("mask.nii.gz");
    CtVolume phantom = Phantom.generate(PhantomOptions.axial(1, 48, 48, 8), Monitor.NONE).ct();
    NiftiWriter.writeCt(ct, phantom, NiftiLayout.of(phantom), "phantom");
    SegmentOne.main(new String[] {ct.toString(), mask.toString()});
    Mask written = NiftiReader.readMask(mask, Monitor.NONE);
    assertEquals(CtReader.read(ct).grid(), written.grid());
  }
}
