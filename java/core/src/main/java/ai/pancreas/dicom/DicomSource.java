package ai.pancreas.dicom;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** A file or an entry of a zip, opened as often as needed. Thread-safe. */
sealed interface DicomSource {

  /** The name for messages, within the input that the user gave. */
  String name();

  /** The folder of the name, empty at the top. */
  default String folder() {
    int slash = Math.max(name().lastIndexOf('/'), name().lastIndexOf('\\'));
    return slash < 0 ? "" : name().substring(0, slash);
  }

  /** Opens it at its first byte. */
  ByteReader open() throws IOException;

  /** A plain file. */
  record OfFile(String name, Path path) implements DicomSource {
    @Override
    public ByteReader open() throws IOException {
      long size = Files.size(path);
      return ByteReader.ofPlain(Files.newInputStream(path), size);
    }
  }

  /** An entry of a zip, which must stay open. */
  record OfZip(String name, ZipFile zip, ZipEntry entry, InflateBudget budget)
      implements DicomSource {
    @Override
    public ByteReader open() throws IOException {
      InputStream in = budget.limit(zip.getInputStream(entry));
      return entry.getMethod() == ZipEntry.STORED
          ? ByteReader.ofPlain(in, entry.getCompressedSize())
          : ByteReader.ofInflating(in, entry.getCompressedSize());
    }
  }
}
