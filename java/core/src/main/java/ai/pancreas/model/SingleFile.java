package ai.pancreas.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A weights file alone, wherever it came from. */
final class SingleFile extends ModelFiles {
  private final Path path;
  private final String shown;

  SingleFile(Path path, String shown) {
    this.path = path;
    this.shown = shown;
  }

  @Override
  String name(String file) {
    return shown;
  }

  @Override
  InputStream open(String file) throws IOException {
    return Files.newInputStream(path);
  }
}
