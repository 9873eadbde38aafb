package ai.pancreas.dicom;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** All files of a folder, of a zip, or a single one. Closing it closes the zip. */
final class DicomInput implements AutoCloseable {
  private final String name;
  private final List<DicomSource> sources;
  private final Optional<ZipFile> zip;

  private DicomInput(String name, List<DicomSource> sources, Optional<ZipFile> zip) {
    this.name = name;
    this.sources = sources.stream().sorted(Comparator.comparing(DicomSource::name)).toList();
    this.zip = zip;
  }

  /** Lists the files; opens no other than a zip. */
  static DicomInput open(Path input) {
    try {
      if (Files.isDirectory(input)) {
        return new DicomInput(input.toString(), filesBelow(input), Optional.empty());
      }
      if (!Files.exists(input)) {
        throw new PancreasException(ErrorCode.USAGE, input + " does not exist");
      }
      if (!Files.isRegularFile(input)) {
        throw new PancreasException(ErrorCode.USAGE, input + " is neither a file nor a folder");
      }
      if (isZip(input)) {
        return ofZip(input);
      }
      String fileName = Damage.oneLine(String.valueOf(input.getFileName()));
      return new DicomInput(
          input.toString(), List.of(new DicomSource.OfFile(fileName, input)), Optional.empty());
    } catch (IOException e) {
      throw new PancreasException(
          ErrorCode.BAD_DATA, Damage.subject(input.toString(), e) + Damage.reason(e), e);
    }
  }

  /** The name of the input for messages. */
  String name() {
    return name;
  }

  /** The files, in the order of their names. */
  List<DicomSource> sources() {
    return sources;
  }

  @Override
  public void close() {
    if (zip.isPresent()) {
      try {
        zip.get().close();
      } catch (IOException e) {
        throw new PancreasException(ErrorCode.BAD_DATA, name + ": " + Damage.reason(e), e);
      }
    }
  }

  private static List<DicomSource> filesBelow(Path folder) throws IOException {
    List<DicomSource> files = new ArrayList<>();
    Files.walkFileTree(
        folder,
        EnumSet.of(FileVisitOption.FOLLOW_LINKS),
        Integer.MAX_VALUE,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            // Pipes and devices could be read forever.
            if (attributes.isRegularFile()) {
              files.add(
                  new DicomSource.OfFile(Damage.oneLine(folder.relativize(file).toString()), file));
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof FileSystemLoopException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }
        });
    return files;
  }

  /** Whether a file starts as a zip does: with an entry, or with the end of an empty one. */
  private static boolean isZip(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(4);
      return Arrays.equals(start, new byte[] {'P', 'K', 3, 4})
          || Arrays.equals(start, new byte[] {'P', 'K', 5, 6});
    }
  }

  private static DicomInput ofZip(Path file) throws IOException {
    // Names that are not marked as UTF-8 may be in any encoding; Latin-1 accepts every byte.
    ZipFile zip = new ZipFile(file.toFile(), StandardCharsets.ISO_8859_1);
    try {
      InflateBudget budget = new InflateBudget(Files.size(file));
      List<DicomSource> entries = new ArrayList<>();
      for (ZipEntry entry : Collections.list(zip.entries())) {
        if (escapes(entry.getName())) {
          throw new DicomFormatException(
              "an entry of the zip points outside of it: " + Damage.oneLine(entry.getName()));
        }
        if (!entry.isDirectory()) {
          entries.add(new DicomSource.OfZip(Damage.oneLine(entry.getName()), zip, entry, budget));
        }
      }
      return new DicomInput(file.toString(), entries, Optional.of(zip));
    } catch (IOException | RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  private static boolean escapes(String entryName) {
    return entryName.matches("[/\\\\].*|[A-Za-z]:.*")
        || List.of(entryName.split("[/\\\\]")).contains("..");
  }
}
