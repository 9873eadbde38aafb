package ai.pancreas.model;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a model as a folder, which {@link ModelRepository#find} takes. Stateless. */
public final class ModelFolder {
  private static final String DESCRIPTION = "model.json";

  private ModelFolder() {}

  /**
   * Writes the weights, then the description, each whole or not at all, in place of what is there.
   *
   * @param description names the file of weights; its SHA-256 is filled in
   * @param folder exists
   * @throws PancreasException {@code OUTPUT} if a file cannot be written, {@code MODEL} if the
   *     description is not one that {@link ModelRepository} would read
   * @throws IllegalArgumentException if the weights are not those of the network
   */
  public static void write(ModelDescription description, Weights weights, Path folder) {
    Path file = folder.resolve(description.weightsFile());
    KerasWriter.write(weights, description.network(), file);
    String sha256 = ModelRepository.sha256(bytes(file));
    String json = ModelJsonWriter.write(description.withWeights(description.weightsFile(), sha256));
    AtomicFile.write(
        folder.resolve(DESCRIPTION), out -> out.write(json.getBytes(StandardCharsets.UTF_8)));
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new PancreasException(
          ErrorCode.OUTPUT, file + " was written and cannot be read again; check the disk", e);
    }
  }
}
