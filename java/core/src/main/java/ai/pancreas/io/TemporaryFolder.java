package ai.pancreas.io;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder among the system's temporary files, readable by its owner, that is gone once closed. */
public final class TemporaryFolder implements AutoCloseable {
  private final Path path;

  /**
   * Makes one.
   *
   * @param prefix how its name begins
   * @throws PancreasException {@code OUTPUT} if that is not possible
   */
  public TemporaryFolder(String prefix) {
    try {
      this.path = Files.createTempDirectory(prefix);
    } catch (IOException e) {
      throw new PancreasException(
          ErrorCode.OUTPUT,
          "cannot make a folder in "
              + System.getProperty("java.io.tmpdir")
              + "; name another by -Djava.io.tmpdir",
          e);
    }
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** Deletes it with all that is in it; what cannot be deleted is logged and stays. */
  @Override
  public void close() {
    FolderTree.delete(path);
  }
}
