package ai.pancreas.io;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Keeps results out of folders that hold something else. */
public final class EmptyFolder {
  private EmptyFolder() {}

  /**
   * Checks that a folder holds nothing, or is not there yet.
   *
   * @throws PancreasException {@code OUTPUT} if it holds something or cannot be looked into
   */
  public static void require(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      if (entries.findAny().isPresent()) {
        throw new PancreasException(
            ErrorCode.OUTPUT, folder + " is not empty; name a new folder or empty it");
      }
    } catch (IOException e) {
      throw new PancreasException(
          ErrorCode.OUTPUT, "cannot look into the folder " + folder + "; name another", e);
    }
  }
}
