package ai.pancreas.model;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.kernel.Filter;
import ai.pancreas.kernel.Filters3;
import ai.pancreas.model.Preprocessing.Intensity;
import ai.pancreas.model.Preprocessing.Range;
import ai.pancreas.model.Preprocessing.Step;
import ai.pancreas.volume.Orientation;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds models: those that jars on the class path bring along, and files.
 *
 * <p>A jar brings models along as resources {@code ai/pancreas/models/<id>/model.json}, the weights
 * beside it, and lists their ids, one a line, in {@code ai/pancreas/models/index.txt}.
 *
 * <p>Immutable and thread-safe. Nothing is cached: each call reads what it needs. All errors are
 * {@code MODEL}.
 */
public final class ModelRepository {

  /** The model that is taken where none is asked for. */
  public static final String DEFAULT_ID = "pancreas-ct-initial";

  private static final String ROOT = "ai/pancreas/models/";
  private static final String INDEX_FILE = "index.txt";
  private static final String DESCRIPTION_FILE = "model.json";
  private static final int MAX_DESCRIPTION_BYTES = 1 << 20;
  private static final int MAX_WEIGHTS_BYTES = 1 << 30;

  /** Slices, rows and columns of the reference project's network. */
  private static final int REFERENCE_SIZE = 160;

  private final ClassLoader classLoader;

  /** The models on the class path of this library. */
  public ModelRepository() {
    this(ModelRepository.class.getClassLoader());
  }

  /** The models that a class loader sees. */
  public ModelRepository(ClassLoader classLoader) {
    this.classLoader = classLoader;
  }

  /** The descriptions of the models on the class path, in the order of the class path. */
  public List<ModelDescription> list() {
    return embedded().values().stream().map(ModelRepository::description).toList();
  }

  /**
   * The description of a model.
   *
   * @param idOrPath as for {@link #find}
   * @throws PancreasException {@code MODEL}
   */
  public ModelDescription describe(String idOrPath) {
    Place place = locate(idOrPath);
    return place.isDescription() ? description(place) : bareModel(place).description();
  }

  /**
   * A model with its weights, whose SHA-256 is verified where a description states it.
   *
   * @param idOrPath the id of a model on the class path; or a folder that holds a {@code
   *     model.json}; or such a file; or a Keras weights file (HDF5) of {@code segmentation-2021}
   *     with any filters, which then gets the reference project's own pre- and postprocessing
   * @throws PancreasException {@code MODEL} if there is none, it is damaged or not supported
   */
  public Model find(String idOrPath) {
    Place place = locate(idOrPath);
    return place.isDescription() ? model(place) : bareModel(place);
  }

  private static ModelDescription description(Place place) {
    byte[] bytes = place.files().read(place.file(), MAX_DESCRIPTION_BYTES);
    return ModelJson.read(utf8(bytes), place.files().name(place.file()));
  }

  private static Model model(Place place) {
    ModelDescription description = description(place);
    String name = place.files().name(description.weightsFile());
    byte[] bytes = place.files().read(description.weightsFile(), MAX_WEIGHTS_BYTES);
    String sha256 = sha256(bytes);
    if (!sha256.equals(description.weightsSha256())) {
      throw new PancreasException(
          ErrorCode.MODEL,
          "%s: SHA-256 is %s, but %s says %s: the file is damaged or another one"
              .formatted(
                  name, sha256, place.files().name(place.file()), description.weightsSha256()));
    }
    KerasWeights weights = new KerasWeights(new KerasFile(bytes, name));
    return new Model(description, weights.read(description.network()));
  }

  /** A weights file alone, with what the reference project's predict.py does around it. */
  private static Model bareModel(Place place) {
    byte[] bytes = place.files().read(place.file(), MAX_WEIGHTS_BYTES);
    KerasWeights weights = new KerasWeights(new KerasFile(bytes, place.files().name(place.file())));
    NetworkDescription network = weights.network();
    Filters3 nearest = new Filters3(Filter.NEAREST, Filter.NEAREST, Filter.NEAREST);
    ModelDescription description =
        new ModelDescription(
            network.type(),
            "Weights of " + network.type() + " with the reference project's preprocessing",
            network,
            new Preprocessing(
                Orientation.LPS,
                REFERENCE_SIZE,
                REFERENCE_SIZE,
                REFERENCE_SIZE,
                nearest,
                new Intensity(
                    Step.AFTER_RESAMPLING,
                    Double.NEGATIVE_INFINITY,
                    Double.POSITIVE_INFINITY,
                    Range.VOLUME)),
            new Postprocessing(nearest, 0.5, false),
            Map.of(1, "pancreas"),
            place.file(),
            sha256(bytes),
            "",
            List.of(),
            List.of());
    return new Model(description, weights.read(network));
  }

  private Place locate(String idOrPath) {
    Map<String, Place> embedded = embedded();
    if (embedded.containsKey(idOrPath)) {
      return embedded.get(idOrPath);
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
    if (Files.isDirectory(path)) {
      if (!Files.exists(path.resolve(DESCRIPTION_FILE))) {
        throw new PancreasException(
            ErrorCode.MODEL, idOrPath + ": this folder holds no " + DESCRIPTION_FILE);
      }
      return new Place(new FolderFiles(path), DESCRIPTION_FILE);
    }
    return new Place(new FolderFiles(path.getParent()), path.getFileName().toString());
  }

  private static PancreasException notFound(
      String idOrPath, Map<String, Place> embedded, Exception cause) {
    return new PancreasException(
        ErrorCode.MODEL,
        "no model is called %s, and no such file or folder exists; models here: %s"
            .formatted(
                idOrPath, embedded.isEmpty() ? "none" : String.join(", ", embedded.keySet())),
        cause);
  }

  /** The models on the class path by id; where two have the same id, the first one. */
  private Map<String, Place> embedded() {
    Map<String, Place> places = new LinkedHashMap<>();
    try {
      for (URL index : Collections.list(classLoader.getResources(ROOT + INDEX_FILE))) {
        String text =
            utf8(new ResourceFiles(index, "models").read(INDEX_FILE, MAX_DESCRIPTION_BYTES));
        for (String id : text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList()) {
          places.putIfAbsent(
              id, new Place(new ResourceFiles(new URL(index, id + "/"), id), DESCRIPTION_FILE));
        }
      }
    } catch (IOException e) {
      throw new PancreasException(
          ErrorCode.MODEL, "cannot list the models on the class path: " + e.getMessage(), e);
    }
    return places;
  }

  private static String utf8(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** A description, or a weights file that has none. */
  private record Place(ModelFiles files, String file) {
    boolean isDescription() {
      return file.endsWith(".json");
    }
  }
}
