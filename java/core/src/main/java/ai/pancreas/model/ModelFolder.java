package ai.pancreas.model;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Writes a model as a folder: the weights and, last, the {@code model.json} that makes it a model.
 * Stateless and thread-safe.
 */
public final class ModelFolder {

  /** The name of the weights file that {@link #write} makes. */
  public static final String WEIGHTS_FILE = "weights.hdf5";

  /** What a weights file is called that is a {@code .keras} archive. */
  private static final String ARCHIVE_FILE = "weights.keras";

  /** Stands for the SHA-256 of a file that is not there yet. */
  private static final String UNKNOWN_SHA256 = "0".repeat(64);

  private ModelFolder() {}

  /**
   * Writes a model, and replaces one that is in the folder. Each of the two files appears whole or
   * not at all, the description after the weights: what ends between them leaves a folder that is
   * no model yet, or weights whose SHA-256 the older description denies, never a wrong model.
   *
   * @param folder made with those above it where it is not there
   * @param description all but the weights' file and SHA-256, which are filled in
   * @param weights exactly those of the described network
   * @return the description as written
   * @throws PancreasException {@code MODEL} if {@code model.json} cannot say what is described, for
   *     instance an empty licence; {@code OUTPUT} if a file cannot be written
   * @throws IllegalArgumentException if the weights are not those of the network
   */
  public static ModelDescription write(Path folder, ModelDescription description, Weights weights) {
    return write(
        folder,
        description,
        WEIGHTS_FILE,
        file -> KerasWriter.write(weights, description.network(), file));
  }

  /** The same for a weights file as it is stored somewhere else. */
  static ModelDescription write(Path folder, ModelDescription description, byte[] weightsFile) {
    return write(
        folder,
        description,
        KerasArchive.isZip(weightsFile) ? ARCHIVE_FILE : WEIGHTS_FILE,
        file -> AtomicFile.write(file, out -> out.write(weightsFile)));
  }

  private static ModelDescription write(
      Path folder, ModelDescription description, String name, Consumer<Path> weights) {
    ModelJsonWriter.write(description.withWeights(name, UNKNOWN_SHA256));
    makeFolder(folder);
    Path file = folder.resolve(name);
    weights.accept(file);
    ModelDescription complete = description.withWeights(name, sha256(file));
    String json = ModelJsonWriter.write(complete);
    AtomicFile.write(
        folder.resolve(ModelSource.DESCRIPTION_FILE),
        out -> out.write(json.getBytes(StandardCharsets.UTF_8)));
    return complete;
  }

  private static String sha256(Path file) {
    try {
      return Sha256.of(file);
    } catch (IOException e) {
      throw new PancreasException(ErrorCode.OUTPUT, "cannot read what was written to " + file, e);
    }
  }

  /**
   * Makes a folder with those above it.
   *
   * @throws PancreasException {@code OUTPUT} if that is not possible
   */
  static void makeFolder(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new PancreasException(
          ErrorCode.OUTPUT, "cannot make the folder " + folder + "; name another", e);
    }
  }
}
