package ai.pancreas.model;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Model files in a zip, at its root or in the one folder that it holds. Nothing is unpacked. */
final class ZipFiles extends ModelFiles {
  private final Path zip;
  private final String shown;
  private final String folder;

  private ZipFiles(Path zip, String shown, String folder) {
    this.zip = zip;
    this.shown = shown;
    this.folder = folder;
  }

  /** The model in a file, if it is a zip that holds exactly one description. */
  static Optional<ZipFiles> of(Path file, String shown) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (ZipFile zip = new ZipFile(file.toFile())) {
      List<String> descriptions =
          zip.stream()
              .map(ZipEntry::getName)
              .filter(name -> name.matches("([^/]+/)?" + ModelSource.DESCRIPTION_FILE))
              .limit(2)
              .toList();
      if (descriptions.size() != 1) {
        return Optional.empty();
      }
      String folder = descriptions.get(0).replace(ModelSource.DESCRIPTION_FILE, "");
      return Optional.of(new ZipFiles(file, shown, folder));
    } catch (IOException | IllegalArgumentException e) {
      // Not a zip, or a damaged one: whoever reads it as weights says so.
      return Optional.empty();
    }
  }

  @Override
  String name(String file) {
    return shown + ": " + folder + file;
  }

  @Override
  InputStream open(String file) throws IOException {
    ZipFile opened = new ZipFile(zip.toFile());
    try {
      ZipEntry entry = opened.getEntry(folder + file);
      if (entry == null) {
        throw new IOException("no such file in the zip");
      }
      return new FilterInputStream(opened.getInputStream(entry)) {
        @Override
        public void close() throws IOException {
          opened.close();
        }
      };
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }
}
