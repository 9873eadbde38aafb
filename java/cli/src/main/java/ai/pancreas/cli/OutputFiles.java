package ai.pancreas.cli;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.io.AtomicFile;
import ai.pancreas.io.EmptyFolder;
import ai.pancreas.nifti.NiftiWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Checks where results are to go, before the work starts. */
final class OutputFiles {
  private OutputFiles() {}

  /**
   * Checks that a NIfTI file can be written without losing any of the files it is made from.
   *
   * @throws PancreasException {@code USAGE} for a name that makes no sense, {@code OUTPUT} for a
   *     place where nothing can be written
   */
  static void requireNifti(Path output, Path... inputs) {
    NiftiWriter.requireWritable(output);
    requireOther(output, inputs);
  }

  /**
   * Checks that any other file can be written without losing any of those it is made from.
   *
   * @throws PancreasException {@code USAGE} if it is one of them, {@code OUTPUT} for a place where
   *     nothing can be written
   */
  static void requireFile(Path output, Path... inputs) {
    AtomicFile.requireWritable(output);
    requireOther(output, inputs);
  }

  /**
   * Checks that an output is not what is read, which may also be the id of a model and no file.
   *
   * @throws PancreasException {@code USAGE} if it is
   */
  static void requireOther(Path output, String idOrPath) {
    try {
      requireOther(output, new Path[] {Path.of(idOrPath)});
    } catch (InvalidPathException e) {
      // Not the name of any file; whoever reads it says so.
    }
  }

  private static void requireOther(Path output, Path... inputs) {
    for (Path input : inputs) {
      if (isSame(output, input)) {
        throw new PancreasException(
            ErrorCode.USAGE, "output " + output + " would overwrite the input; name another file");
      }
    }
  }

  /**
   * Checks that a folder of results is there, or can be made.
   *
   * @throws PancreasException {@code OUTPUT} if not
   */
  static void requireFolder(Path folder) {
    Path place = folder.toAbsolutePath().normalize();
    while (place != null && !Files.exists(place)) {
      place = place.getParent();
    }
    if (place == null || !Files.isDirectory(place) || !Files.isWritable(place)) {
      throw new PancreasException(
          ErrorCode.OUTPUT, "cannot write to folder " + folder + "; name one where you may write");
    }
  }

  /**
   * Checks that a folder of results holds nothing yet, or can be made.
   *
   * @throws PancreasException {@code OUTPUT} if not
   */
  static void requireNewFolder(Path folder) {
    requireFolder(folder);
    EmptyFolder.require(folder);
  }

  private static boolean isSame(Path output, Path input) {
    try {
      return Files.exists(output) && Files.exists(input) && Files.isSameFile(output, input);
    } catch (IOException e) {
      throw new PancreasException(
          ErrorCode.OUTPUT, "cannot compare " + output + " with the input " + input, e);
    }
  }
}
