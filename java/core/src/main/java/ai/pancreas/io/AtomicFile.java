package ai.pancreas.io;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes a file so that it appears whole or not at all: under a temporary name in the same folder,
 * renamed when complete.
 *
 * <p>Whatever goes wrong, the temporary file is deleted and a file that was there before stays as
 * it was; also when the JVM is told to end, as Ctrl-C does. Thread-safe.
 */
public final class AtomicFile {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final Set<Path> UNFINISHED = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> UNFINISHED.forEach(AtomicFile::delete), "delete-unfinished-files"));
  }

  private AtomicFile() {}

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {

    /**
     * Writes everything to a buffered stream, which the caller closes.
     *
     * @throws IOException if the stream fails; nothing else should be reported this way
     */
    void writeTo(OutputStream out) throws IOException;
  }

  /** Makes a file at a path. */
  @FunctionalInterface
  public interface Maker {

    /**
     * Makes the file, which does not exist yet, and closes it.
     *
     * @throws IOException if it cannot be written; nothing else should be reported this way
     */
    void make(Path unfinished) throws IOException;
  }

  /**
   * Writes a file, replacing one that is there.
   *
   * @throws PancreasException {@code OUTPUT} if it cannot be written. Whatever else {@code content}
   *     throws is passed on, after the temporary file has been deleted.
   */
  public static void write(Path target, Content content) {
    make(
        target,
        unfinished -> {
          try (OutputStream out =
              new BufferedOutputStream(
                  Files.newOutputStream(
                      unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                  BUFFER_BYTES)) {
            content.writeTo(out);
          }
        });
  }

  /**
   * The same for a library that writes to a path and to no stream.
   *
   * @throws PancreasException as {@link #write}
   */
  public static void make(Path target, Maker maker) {
    requireWritable(target);
    Path absolute = target.toAbsolutePath();
    Path unfinished =
        absolute.resolveSibling("." + absolute.getFileName() + "." + UUID.randomUUID() + ".tmp");
    UNFINISHED.add(unfinished);
    try {
      maker.make(unfinished);
      Files.move(
          unfinished,
          absolute,
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new PancreasException(ErrorCode.OUTPUT, "cannot write " + target + ": " + reason(e), e);
    } finally {
      delete(unfinished);
      UNFINISHED.remove(unfinished);
    }
  }

  /**
   * Checks what can be checked before the work starts: that the folder is there and may be written
   * to, and that the name does not belong to something other than a file.
   *
   * @throws PancreasException {@code OUTPUT} if not
   */
  public static void requireWritable(Path target) {
    Path absolute = target.toAbsolutePath();
    Path folder = absolute.getParent();
    if (folder == null || Files.isDirectory(absolute)) {
      throw cannotWrite(target, "it is a folder; name a file");
    }
    if (!Files.isDirectory(folder)) {
      throw cannotWrite(target, "its folder does not exist; create it first");
    }
    if (!Files.isWritable(folder)) {
      throw cannotWrite(target, "no permission to write to its folder");
    }
    if (Files.exists(absolute) && !Files.isRegularFile(absolute)) {
      throw cannotWrite(target, "it is not a plain file");
    }
  }

  private static PancreasException cannotWrite(Path target, String why) {
    return new PancreasException(ErrorCode.OUTPUT, "cannot write " + target + ": " + why);
  }

  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "no permission";
    }
    if (e instanceof NoSuchFileException) {
      return "its folder does not exist";
    }
    String text = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    if (text == null) {
      return e.getClass().getSimpleName();
    }
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.contains("no space left") || lower.contains("not enough space")) {
      return "the disk is full; free some space or choose another place";
    }
    return text;
  }

  private static void delete(Path unfinished) {
    try {
      Files.deleteIfExists(unfinished);
    } catch (IOException e) {
      System.getLogger(AtomicFile.class.getName())
          .log(System.Logger.Level.WARNING, "a temporary file could not be deleted: " + unfinished);
    }
  }
}
