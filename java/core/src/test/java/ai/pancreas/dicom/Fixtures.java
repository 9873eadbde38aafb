package ai.pancreas.dicom;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** The files that other programs made; tests that need them are skipped where they are absent. */
final class Fixtures {
  private Fixtures() {}

  static Path path(String relative) {
    Path path = Path.of(System.getProperty("pancreas.fixtures", "")).resolve(relative);
    assumeTrue(Files.exists(path), "fixtures are absent");
    return path;
  }
}
