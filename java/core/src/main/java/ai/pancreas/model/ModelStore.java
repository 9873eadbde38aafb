package ai.pancreas.model;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A folder of models, each a folder that is called as its id. It need not be there. */
final class ModelStore {
  private final Path folder;

  ModelStore(Path folder) {
    this.folder = folder;
  }

  Path folder() {
    return folder;
  }

  /** Where the model of an id is, or would be. */
  Path folderOf(String id) {
    return folder.resolve(id);
  }

  boolean contains(String id) {
    return ModelId.PATTERN.matcher(id).matches()
        && Files.exists(folderOf(id).resolve(ModelSource.DESCRIPTION_FILE));
  }

  /**
   * The models, sorted by id. One whose description cannot be read is left out and logged, so that
   * it does not hide the others.
   *
   * @throws PancreasException {@code MODEL} if the folder cannot be read
   */
  Map<String, ModelDescription> list() {
    Map<String, ModelDescription> models = new LinkedHashMap<>();
    for (String id : ids()) {
      try {
        models.put(id, source(id).description());
      } catch (PancreasException e) {
        System.getLogger(ModelStore.class.getName())
            .log(Level.WARNING, "model {0} is left out: {1}", id, e.getMessage());
      }
    }
    return models;
  }

  /** The ids, sorted, whether their models can be read or not. */
  List<String> ids() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<String> ids = new ArrayList<>();
    try (Stream<Path> entries = Files.list(folder)) {
      entries.map(entry -> entry.getFileName().toString()).filter(this::contains).forEach(ids::add);
    } catch (IOException e) {
      throw new PancreasException(
          ErrorCode.MODEL, "cannot list the models in " + folder + ": " + e.getMessage(), e);
    }
    ids.sort(null);
    return ids;
  }

  /**
   * The model of an id.
   *
   * @throws PancreasException {@code MODEL} if its description calls it otherwise or cannot be read
   */
  ModelSource source(String id) {
    ModelSource source = ModelSource.of(folderOf(id), folderOf(id).toString());
    String described = source.description().id();
    if (!described.equals(id)) {
      throw new PancreasException(
          ErrorCode.MODEL,
          "%s: its description calls this model %s; rename the folder"
              .formatted(folderOf(id), described));
    }
    return source;
  }
}
