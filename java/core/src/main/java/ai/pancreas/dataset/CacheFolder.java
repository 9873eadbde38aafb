package ai.pancreas.dataset;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Keeps caches out of folders that hold something else. */
final class CacheFolder {
  private CacheFolder() {}

  /**
   * Checks that a cache may be written to a folder: it is new, or empty, or a cache that may be
   * replaced.
   *
   * @param isCache tells a cache of the same kind
   * @throws PancreasException {@code OUTPUT} if not
   */
  static void requireWritable(Path target, boolean overwrite, Predicate<Path> isCache) {
    if (!Files.exists(target)) {
      return;
    }
    if (!Files.isDirectory(target)) {
      throw new PancreasException(ErrorCode.OUTPUT, target + " is a file; name a new folder");
    }
    if (isCache.test(target)) {
      if (!overwrite) {
        throw new PancreasException(
            ErrorCode.OUTPUT, target + " holds a cache; --overwrite replaces it");
      }
      return;
    }
    try (Stream<Path> entries = Files.list(target)) {
      if (entries.findAny().isPresent()) {
        throw new PancreasException(
            ErrorCode.OUTPUT,
            target + " is not empty and no cache of this kind; name a new folder");
      }
    } catch (IOException e) {
      throw new PancreasException(ErrorCode.OUTPUT, target + " cannot be read; name another", e);
    }
  }
}
