package ai.pancreas.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder with all that is in it. */
final class FolderTree {
  private FolderTree() {}

  /** Deletes it, if it is there; what cannot be deleted is logged and stays. */
  static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> walk = Files.walk(folder)) {
      List<Path> deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
      for (Path entry : deepestFirst) {
        Files.deleteIfExists(entry);
      }
    } catch (IOException e) {
      System.getLogger(FolderTree.class.getName())
          .log(System.Logger.Level.WARNING, "left behind: {0}", folder);
    }
  }
}
