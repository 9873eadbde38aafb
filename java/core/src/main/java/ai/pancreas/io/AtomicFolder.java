package ai.pancreas.io;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/**
 * Makes a folder that appears whole or not at all: it is filled under a temporary name beside its
 * place and renamed when complete. Closing it before that deletes what was written; a folder that
 * was there before then stays as it was.
 */
public final class AtomicFolder implements AutoCloseable {
  private final Path target;
  private final Path unfinished;

  /**
   * Makes the temporary folder, and the folders above it.
   *
   * @throws PancreasException {@code OUTPUT} if that is not possible
   */
  public AtomicFolder(Path target) {
    this.target = target.toAbsolutePath().normalize();
    this.unfinished = beside();
    try {
      Files.createDirectories(this.target.getParent());
      Files.createDirectory(unfinished);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  private Path beside() {
    return target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
  }

  /** Where its files are to be written. */
  public Path path() {
    return unfinished;
  }

  /**
   * Puts the folder in its place; a folder that was there is replaced.
   *
   * @throws PancreasException {@code OUTPUT} if that is not possible
   */
  public void commit() {
    Path replaced = beside();
    try {
      if (Files.exists(target)) {
        Files.move(target, replaced, StandardCopyOption.ATOMIC_MOVE);
      }
      try {
        Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        if (Files.exists(replaced)) {
          Files.move(replaced, target, StandardCopyOption.ATOMIC_MOVE);
        }
        throw e;
      }
    } catch (IOException e) {
      throw cannotWrite(e);
    }
    FolderTree.delete(replaced);
  }

  /** Deletes what was written, unless it was committed. */
  @Override
  public void close() {
    FolderTree.delete(unfinished);
  }

  private PancreasException cannotWrite(IOException cause) {
    return new PancreasException(
        ErrorCode.OUTPUT,
        "cannot write the folder " + target + "; check permissions and space",
        cause);
  }
}
