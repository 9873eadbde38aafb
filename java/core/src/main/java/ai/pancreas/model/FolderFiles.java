package ai.pancreas.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Model files in a folder. */
final class FolderFiles extends ModelFiles {
  private final Path folder;

  FolderFiles(Path folder) {
    this.folder = folder;
  }

  @Override
  String name(String file) {
    return folder.resolve(file).toString();
  }

  @Override
  InputStream open(String file) throws IOException {
    Path path = folder.resolve(file);
    if (!Files.isRegularFile(path)) {
      throw new IOException(Files.exists(path) ? "not a file" : "no such file");
    }
    return Files.newInputStream(path);
  }
}
