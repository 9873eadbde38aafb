package ai.pancreas.model;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Finds models: those that jars on the class path bring along, those installed in a folder, and
 * files.
 *
 * <p>A jar brings models along as resources {@code ai/pancreas/models/<id>/model.json}, the weights
 * beside it, and lists their ids, one a line, in {@code ai/pancreas/models/index.txt}.
 *
 * <p>Immutable and thread-safe. Nothing is cached: each call reads what it needs. All errors are
 * {@code MODEL}.
 */
public final class ModelRepository {

  /** The model that is taken where none is asked for. */
  public static final String DEFAULT_ID = "pancreas-ct";

  private static final String ROOT = "ai/pancreas/models/";
  private static final String INDEX_FILE = "index.txt";

  private final ClassLoader classLoader;
  private final Optional<ModelStore> installed;

  /** The models on the class path of this library. */
  public ModelRepository() {
    this(ModelRepository.class.getClassLoader());
  }

  /** The models that a class loader sees. */
  public ModelRepository(ClassLoader classLoader) {
    this(classLoader, Optional.empty());
  }

  /**
   * The models on the class path of this library, and those that were installed in a folder.
   *
   * @param folder holds a folder for each model, called as its id; need not be there
   */
  public ModelRepository(Path folder) {
    this(ModelRepository.class.getClassLoader(), Optional.of(new ModelStore(folder)));
  }

  private ModelRepository(ClassLoader classLoader, Optional<ModelStore> installed) {
    this.classLoader = classLoader;
    this.installed = installed;
  }

  /**
   * The descriptions of the models on the class path, in its order, then of those installed, by id.
   * An installed one that cannot be read is left out and logged.
   */
  public List<ModelDescription> list() {
    List<ModelDescription> models = new ArrayList<>();
    embedded().values().forEach(source -> models.add(source.description()));
    installed.ifPresent(store -> models.addAll(store.list().values()));
    return List.copyOf(models);
  }

  /** The ids of all models, those of models that cannot be read, too. */
  public List<String> ids() {
    List<String> ids = new ArrayList<>(embedded().keySet());
    installed.ifPresent(store -> ids.addAll(store.ids()));
    return List.copyOf(ids);
  }

  /** Whether a model is among those installed in the folder. */
  public boolean isInstalled(String id) {
    return installed.isPresent() && installed.get().contains(id);
  }

  /**
   * The description of a model.
   *
   * @param idOrPath as for {@link #find}
   * @throws PancreasException {@code MODEL}
   */
  public ModelDescription describe(String idOrPath) {
    return locate(idOrPath).description();
  }

  /**
   * A model with its weights, whose SHA-256 is verified where a description states it.
   *
   * @param idOrPath the id of a model on the class path or among those installed; or a folder that
   *     holds a {@code model.json}, or a zip of one; or such a file; or a Keras weights file (HDF5
   *     or {@code .keras}) of any known network and filters, which then gets the reference
   *     project's own pre- and postprocessing
   * @throws PancreasException {@code MODEL} if there is none, it is damaged or not supported
   */
  public Model find(String idOrPath) {
    return locate(idOrPath).load().model();
  }

  /**
   * Installs a model in the folder: checks it as {@link #find} does, and copies it.
   *
   * @param source a Keras weights file, a model's folder, its description, or a zip of the folder
   * @param id what it shall be called; else as its description says, or as its weights file
   * @param licence the licence of weights that come without a description; else {@code
   *     NOASSERTION}, which is SPDX for one that nobody stated
   * @return its description as installed
   * @throws PancreasException {@code USAGE} if there is no such source, or id or licence make no
   *     sense, {@code MODEL} if the source is no model, {@code OUTPUT} if a model of that id is
   *     there or the folder cannot be written
   */
  public ModelDescription add(Path source, Optional<String> id, Optional<String> licence) {
    if (!Files.exists(source)) {
      throw new PancreasException(ErrorCode.USAGE, source + " does not exist");
    }
    return add(ModelSource.of(source, source.toString()), fileName(source), id, licence);
  }

  /** Installs a model whose weights, where they are alone, came under some file name. */
  ModelDescription add(
      ModelSource source, String fileName, Optional<String> id, Optional<String> licence) {
    id.ifPresent(this::requireFree);
    StoredModel stored = source.load();
    ModelDescription description =
        complete(source, stored.model().description(), fileName, id, licence);
    requireFree(description.id());
    return ModelFolder.write(store().folderOf(description.id()), description, stored.weightsFile());
  }

  /**
   * Checks that a model could be installed under an id.
   *
   * @throws PancreasException {@code USAGE} if it makes no sense as an id, {@code OUTPUT} if there
   *     is a model of that id
   */
  void requireFree(String id) {
    try {
      ModelId.check(id);
    } catch (IllegalArgumentException e) {
      throw new PancreasException(ErrorCode.USAGE, e.getMessage(), e);
    }
    if (embedded().containsKey(id)) {
      throw new PancreasException(
          ErrorCode.OUTPUT, "a built-in model is called " + id + "; give this one another name");
    }
    if (store().contains(id)) {
      throw new PancreasException(
          ErrorCode.OUTPUT,
          "a model called %s is installed already; give this one another name, or delete %s"
              .formatted(id, store().folderOf(id)));
    }
  }

  /** The folder of installed models. */
  Path folder() {
    return store().folder();
  }

  /**
   * Writes a model as a zip of its folder: {@code <id>/model.json} and the weights file as it is.
   *
   * @param idOrPath as for {@link #find}; it is checked in the same way
   * @throws PancreasException {@code MODEL}, {@code OUTPUT}
   */
  public void exportZip(String idOrPath, Path zip) {
    ModelSource source = locate(idOrPath);
    StoredModel stored = source.load();
    ModelDescription description =
        complete(
            source,
            stored.model().description(),
            source.file(),
            Optional.empty(),
            Optional.empty());
    ModelZip.write(description, stored.weightsFile(), zip);
  }

  private ModelStore store() {
    return installed.orElseThrow(
        () -> new IllegalStateException("this repository has no folder to install models in"));
  }

  /** A description that {@code model.json} can hold, of weights alone, too. */
  private static ModelDescription complete(
      ModelSource source,
      ModelDescription description,
      String fileName,
      Optional<String> id,
      Optional<String> licence) {
    if (!source.isDescription()) {
      return description
          .withId(id.orElse(idOf(fileName)))
          .withLicence(licence.orElse(ModelDescription.NO_LICENCE));
    }
    if (licence.isPresent() && !licence.get().equals(description.licence())) {
      throw new PancreasException(
          ErrorCode.USAGE,
          "the licence is %s, as the model's own description says; state none"
              .formatted(description.licence()));
    }
    return description.withId(id.orElse(description.id()));
  }

  /** An id made of a file's name: {@code My weights.hdf5} becomes {@code my-weights}. */
  private static String idOf(String fileName) {
    String id =
        fileName
            .toLowerCase(Locale.ROOT)
            .replaceFirst("\\.(hdf5|h5|keras)$", "")
            .replaceAll("[^a-z0-9._-]+", "-")
            .replaceFirst("^[^a-z0-9]+", "")
            .replaceFirst("-+$", "");
    return id.isEmpty() ? "model" : id.substring(0, Math.min(id.length(), ModelId.MOST));
  }

  private static String fileName(Path path) {
    return String.valueOf(path.toAbsolutePath().normalize().getFileName());
  }

  private ModelSource locate(String idOrPath) {
    Map<String, ModelSource> embedded = embedded();
    if (embedded.containsKey(idOrPath)) {
      return embedded.get(idOrPath);
    }
    if (isInstalled(idOrPath)) {
      return installed.get().source(idOrPath);
    }
    Path path;
    try {
      path = Path.of(idOrPath).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw notFound(idOrPath, embedded, e);
    }
    if (idOrPath.isBlank() || !Files.exists(path)) {
      throw notFound(idOrPath, embedded, null);
    }
    return ModelSource.of(path, idOrPath);
  }

  private PancreasException notFound(
      String idOrPath, Map<String, ModelSource> embedded, Exception cause) {
    List<String> ids = new ArrayList<>(embedded.keySet());
    installed.ifPresent(store -> ids.addAll(store.ids()));
    return new PancreasException(
        ErrorCode.MODEL,
        "no model is called %s, and no such file or folder exists; models here: %s"
            .formatted(idOrPath, ids.isEmpty() ? "none" : String.join(", ", ids)),
        cause);
  }

  /** The models on the class path by id; where two have the same id, the first one. */
  private Map<String, ModelSource> embedded() {
    Map<String, ModelSource> sources = new LinkedHashMap<>();
    try {
      for (URL index : Collections.list(classLoader.getResources(ROOT + INDEX_FILE))) {
        String text =
            new String(
                new ResourceFiles(index, "models")
                    .read(INDEX_FILE, ModelSource.MAX_DESCRIPTION_BYTES),
                StandardCharsets.UTF_8);
        for (String id : text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList()) {
          sources.putIfAbsent(
              id,
              new ModelSource(
                  new ResourceFiles(new URL(index, id + "/"), id), ModelSource.DESCRIPTION_FILE));
        }
      }
    } catch (IOException e) {
      throw new PancreasException(
          ErrorCode.MODEL, "cannot list the models on the class path: " + e.getMessage(), e);
    }
    return sources;
  }
}
