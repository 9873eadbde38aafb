package ai.pancreas.model;

import ai.pancreas.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes a model's folder as a zip; the same model always gives the same bytes. */
final class ModelZip {

  /** The earliest time that a zip can tell: when a file was written is nobody's business. */
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private ModelZip() {}

  static void write(ModelDescription model, byte[] weightsFile, Path file) {
    byte[] json = ModelJsonWriter.write(model).getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(
        file,
        out -> {
          ZipOutputStream zip = new ZipOutputStream(out);
          add(zip, model.id() + "/" + ModelSource.DESCRIPTION_FILE, json);
          add(zip, model.id() + "/" + model.weightsFile(), weightsFile);
          zip.finish();
        });
  }

  private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(NO_TIME);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
