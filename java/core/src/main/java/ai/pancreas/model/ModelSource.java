package ai.pancreas.model;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A model as it is stored: a description and the weights beside it, or weights alone, which then
 * get what the reference project does around them.
 *
 * @param files where it is
 * @param file the description, whose name ends in {@code .json}, or the weights
 */
record ModelSource(ModelFiles files, String file) {
  static final String DESCRIPTION_FILE = "model.json";
  static final int MAX_DESCRIPTION_BYTES = 1 << 20;
  static final int MAX_WEIGHTS_BYTES = 1 << 30;

  /**
   * The model of a folder, a zip of one, a description or a weights file.
   *
   * @param shown what errors call it
   * @throws PancreasException {@code MODEL} for a folder without a description
   */
  static ModelSource of(Path path, String shown) {
    Path absolute = path.toAbsolutePath();
    if (Files.isDirectory(absolute)) {
      if (!Files.exists(absolute.resolve(DESCRIPTION_FILE))) {
        throw new PancreasException(
            ErrorCode.MODEL, shown + ": this folder holds no " + DESCRIPTION_FILE);
      }
      return new ModelSource(new FolderFiles(absolute), DESCRIPTION_FILE);
    }
    String name = absolute.getFileName().toString();
    if (name.endsWith(".json")) {
      return new ModelSource(new FolderFiles(absolute.getParent()), name);
    }
    return ZipFiles.of(absolute, shown)
        .map(zip -> new ModelSource(zip, DESCRIPTION_FILE))
        .orElseGet(() -> new ModelSource(new SingleFile(absolute, shown), name));
  }

  /** The description; of weights alone, one that is made from their shapes. */
  ModelDescription description() {
    return isDescription() ? readDescription() : load().model().description();
  }

  /**
   * Reads everything: the description, and weights that are what it says, by SHA-256, shapes and
   * finite values.
   *
   * @throws PancreasException {@code MODEL}
   */
  StoredModel load() {
    return isDescription() ? loadDescribed() : loadBare();
  }

  /** Whether a description lies beside the weights. */
  boolean isDescription() {
    return file.endsWith(".json");
  }

  private ModelDescription readDescription() {
    byte[] bytes = files.read(file, MAX_DESCRIPTION_BYTES);
    return ModelJson.read(new String(bytes, StandardCharsets.UTF_8), files.name(file));
  }

  private StoredModel loadDescribed() {
    ModelDescription description = readDescription();
    String name = files.name(description.weightsFile());
    byte[] bytes = files.read(description.weightsFile(), MAX_WEIGHTS_BYTES);
    String sha256 = Sha256.of(bytes);
    if (!sha256.equals(description.weightsSha256())) {
      throw new PancreasException(
          ErrorCode.MODEL,
          "%s: SHA-256 is %s, but %s says %s: the file is damaged or another one"
              .formatted(name, sha256, files.name(file), description.weightsSha256()));
    }
    KerasWeights weights = KerasWeights.of(bytes, name);
    return new StoredModel(new Model(description, weights.read(description.network())), bytes);
  }

  private StoredModel loadBare() {
    byte[] bytes = files.read(file, MAX_WEIGHTS_BYTES);
    KerasWeights weights = KerasWeights.of(bytes, files.name(file));
    NetworkDescription network = weights.network();
    ModelDescription description =
        ReferenceModel.describe(network, weights.inputSize(), file, Sha256.of(bytes));
    return new StoredModel(new Model(description, weights.read(network)), bytes);
  }
}
