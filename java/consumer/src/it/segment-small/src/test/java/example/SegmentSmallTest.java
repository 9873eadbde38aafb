package example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.CtReader;
import ai.pancreas.Monitor;
import ai.pancreas.Segmenter;
import ai.pancreas.nifti.NiftiLayout;
import ai.pancreas.nifti.NiftiReader;
import ai.pancreas.nifti.NiftiWriter;
import ai.pancreas.phantom.Phantom;
import ai.pancreas.phantom.PhantomOptions;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Mask;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentSmallTest {
  private static final long LIMIT = 20_000_000;

  @Test
  void allJarsTogetherAreSmall() throws IOException {
    List<Path> jars = jars();
    assertTrue(jars.stream().anyMatch(jar -> isNamed(jar, "pancreas-core")), jars.toString());
    long bytes = 0;
    for (Path jar : jars) {
      bytes += Files.size(jar);
    }
    System.out.printf("%d jars of %d bytes together%n", jars.size(), bytes);
    assertTrue(bytes < LIMIT, bytes + " bytes: " + jars);
  }

  @Test
  void neitherTensorFlowNorCodecsAreThere() {
    for (String name :
        List.of("tensorflow", "pancreas-tensorflow", "pancreas-codecs", "ffmpeg", "openblas")) {
      assertTrue(jars().stream().noneMatch(jar -> isNamed(jar, name)), name);
    }
  }

  @Test
  void theMaskHasTheGridOfTheCt(@TempDir Path folder) {
    Path ct = folder.resolve("ct.nii.gz");
    Path mask = folder.resolve("mask.nii.gz");
    CtVolume phantom = Phantom.generate(PhantomOptions.axial(1, 48, 48, 8), Monitor.NONE).ct();
    NiftiWriter.writeCt(ct, phantom, NiftiLayout.of(phantom), "phantom");
    SegmentSmall.main(new String[] {ct.toString(), mask.toString()});
    Mask written = NiftiReader.readMask(mask, Monitor.NONE);
    assertEquals(CtReader.read(ct).grid(), written.grid());
  }

  @Test
  void theCpuEngineIsTheDefault() {
    try (Segmenter segmenter = Segmenter.builder().build()) {
      assertEquals("cpu", segmenter.engineName());
    }
  }

  /** The jars that a user of this project's classes has on the class path. */
  private static List<Path> jars() {
    return Stream.of(System.getProperty("runtime.class.path").split(File.pathSeparator))
        .map(Path::of)
        .toList();
  }

  private static boolean isNamed(Path jar, String artifact) {
    return jar.getFileName().toString().startsWith(artifact + "-");
  }
}
