package ai.pancreas.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A small phantom, written by the program itself, for tests of the packaged program. */
abstract class ProcessTest {
  static final Path FIXTURES = Path.of(System.getProperty("pancreas.fixtures"));

  @TempDir static Path shared;

  /** A DICOM series of 24 slices of 64 x 64. */
  static Path ct;

  /** The phantom's pancreas. */
  static Path truth;

  @BeforeAll
  static void makePhantom() {
    Path folder = shared.resolve("phantom");
    CliProcess.run("phantom", "-o", folder, "--size", "64x64x24", "--spacing", "4x4x4").succeeded();
    ct = folder.resolve("ct");
    truth = folder.resolve("mask.nii.gz");
  }

  /** One of the files of a folder. */
  static Path anyFile(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.sorted().skip(2).findFirst().orElseThrow();
    }
  }
}
