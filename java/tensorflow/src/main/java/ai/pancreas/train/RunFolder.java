package ai.pancreas.train;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.dataset.Split;
import ai.pancreas.io.AtomicFile;
import ai.pancreas.io.EmptyFolder;
import ai.pancreas.model.Model;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonSerializer;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The folder of a training: {@code settings.json}, {@code split.json}, {@code log.csv}, {@code
 * tensorboard}, {@code checkpoints}, and, once there, the model ({@code model.json} and its
 * weights).
 *
 * <p>{@code checkpoints/last.json} says how far the training is and names the files with the states
 * that belong to it. It is replaced at once, after those files are there, so whenever the process
 * dies, it names whole files.
 *
 * <p>One training at a time has the folder, until it is closed.
 *
 * @param <V> what validations come to
 */
final class RunFolder<V extends Validation> implements AutoCloseable {
  private static final String SETTINGS = "settings.json";
  private static final String SPLIT = "split.json";
  private static final String CHECKPOINTS = "checkpoints";
  private static final String LAST = "last.json";
  private static final String LOCK = "lock";
  private static final String STATE_SUFFIX = ".state";
  private static final Gson GSON =
      new GsonBuilder()
          .setPrettyPrinting()
          .disableHtmlEscaping()
          .serializeSpecialFloatingPointValues()
          .registerTypeAdapter(
              Optional.class,
              (JsonSerializer<Optional<?>>)
                  (value, type, context) ->
                      value.<JsonElement>map(context::serialize).orElse(JsonNull.INSTANCE))
          .registerTypeAdapter(
              Model.class,
              (JsonSerializer<Model>)
                  (model, type, context) -> context.serialize(model.description()))
          .create();

  private final Path folder;
  private final Path checkpoints;
  private final FolderLock lock;
  private final Type indexType;

  private RunFolder(Path folder, Class<V> validation) {
    this.folder = folder;
    this.indexType = TypeToken.getParameterized(Index.class, validation).getType();
    this.checkpoints = folder.resolve(CHECKPOINTS);
    this.lock = FolderLock.take(checkpoints.resolve(LOCK), folder);
  }

  @Override
  public void close() {
    lock.close();
  }

  /** What {@code last.json} holds; {@code keptState} is null where there was no validation yet. */
  private record Index<V extends Validation>(
      Progress<V> progress, String lastState, String keptState) {
    Set<String> states() {
      return keptState == null ? Set.of(lastState) : new TreeSet<>(List.of(lastState, keptState));
    }
  }

  /** Where a training goes on from. */
  record Checkpoint<V extends Validation>(Progress<V> progress, TrainingState state) {}

  /**
   * A new folder for a training.
   *
   * @param settings any record
   * @param split which patients train and validate
   * @param validation what validations come to
   * @throws PancreasException {@code OUTPUT} if the folder holds something, or cannot be made
   */
  static <V extends Validation> RunFolder<V> create(
      Path folder, Object settings, Split split, Class<V> validation) {
    requireNew(folder);
    try {
      Files.createDirectories(folder.resolve(CHECKPOINTS));
    } catch (IOException e) {
      throw new PancreasException(
          ErrorCode.OUTPUT, "cannot make the folder " + folder + "; name another", e);
    }
    RunFolder<V> run = new RunFolder<>(folder, validation);
    try {
      write(folder.resolve(SETTINGS), settings);
      split.write(folder.resolve(SPLIT));
      return run;
    } catch (RuntimeException e) {
      run.close();
      throw e;
    }
  }

  /**
   * Checks that a training may begin in a folder.
   *
   * @throws PancreasException {@code OUTPUT} if it holds something
   */
  static void requireNew(Path folder) {
    if (holdsTraining(folder)) {
      throw new PancreasException(
          ErrorCode.OUTPUT, folder + " holds a training; resume it, or name a new folder");
    }
    EmptyFolder.require(folder);
  }

  /** Whether there is a training that can be resumed. */
  static boolean holdsTraining(Path folder) {
    return Files.exists(folder.resolve(CHECKPOINTS).resolve(LAST));
  }

  /**
   * The folder of a training that is to go on.
   *
   * @param settings a record, equal to that of the beginning but for the fields that may change
   * @param split that of the beginning
   * @param mayChange names of fields, at any depth
   * @param validation what validations come to
   * @throws PancreasException {@code USAGE} if there is no training, or its settings or its split
   *     were others; {@code OUTPUT} if it goes on elsewhere at this moment
   */
  static <V extends Validation> RunFolder<V> resume(
      Path folder, Object settings, Split split, Set<String> mayChange, Class<V> validation) {
    if (!holdsTraining(folder)) {
      throw new PancreasException(
          ErrorCode.USAGE, folder + " holds no training to resume; start one without resuming");
    }
    RunFolder<V> run = new RunFolder<>(folder, validation);
    try {
      requireSameSettings(folder, settings, mayChange);
      requireSameSplit(folder, split);
      delete(folder, RunFolder::isUnfinished);
      run.deleteAllBut(run.index().states());
      write(folder.resolve(SETTINGS), settings);
      return run;
    } catch (RuntimeException e) {
      run.close();
      throw e;
    }
  }

  private static void requireSameSettings(Path folder, Object settings, Set<String> mayChange) {
    JsonElement before = read(folder.resolve(SETTINGS), JsonElement.class);
    // Through text, as what was read went: an infinite number comes back as a word.
    JsonElement now = GSON.fromJson(GSON.toJson(settings), JsonElement.class);
    String difference = difference("", before, now, mayChange);
    if (difference != null) {
      throw new PancreasException(
          ErrorCode.USAGE,
          "the training in %s began with other settings: %s; repeat them to resume it"
              .formatted(folder, difference));
    }
  }

  private static void requireSameSplit(Path folder, Split split) {
    Path file = folder.resolve(SPLIT);
    Split before = Split.read(file);
    if (!before.training().equals(split.training())
        || !before.validation().equals(split.validation())) {
      throw new PancreasException(
          ErrorCode.USAGE,
          "the training in %s began with another split of the patients; resume it with --split %s"
              .formatted(folder, file));
    }
  }

  /** The first field that differs, with both values; null if none does. */
  private static String difference(
      String name, JsonElement before, JsonElement now, Set<String> mayChange) {
    if (mayChange.contains(name) || Objects.equals(before, now)) {
      return null;
    }
    if (before instanceof JsonObject one && now instanceof JsonObject other) {
      Set<String> names = new TreeSet<>(one.keySet());
      names.addAll(other.keySet());
      for (String field : names) {
        String found = difference(field, one.get(field), other.get(field), mayChange);
        if (found != null) {
          return found;
        }
      }
      return null;
    }
    return "%s was %s and is %s".formatted(name, shortened(before), shortened(now));
  }

  private static String shortened(JsonElement value) {
    String text = value == null ? "not there" : value.toString();
    return text.length() <= 80 ? text : text.substring(0, 77) + "...";
  }

  Path path() {
    return folder;
  }

  /** Where the table of epochs is. */
  Path log() {
    return folder.resolve("log.csv");
  }

  /** The folder that TensorBoard shows. */
  Path tensorBoard() {
    return folder.resolve("tensorboard");
  }

  /**
   * Puts a checkpoint in the place of the last one. Where its weights are those that are kept, its
   * state is kept, too.
   */
  void save(Progress<V> progress, TrainingState state) {
    String last =
        String.format(
            Locale.ROOT, "step-%09d-epoch-%06d%s", state.steps(), progress.epoch(), STATE_SUFFIX);
    state.write(checkpoints.resolve(last));
    String kept = Files.exists(checkpoints.resolve(LAST)) ? index().keptState() : null;
    Index<V> index = new Index<>(progress, last, progress.isKept() ? last : kept);
    write(checkpoints.resolve(LAST), index);
    deleteAllBut(index.states());
  }

  /**
   * The last checkpoint.
   *
   * @throws PancreasException {@code MODEL} if it is damaged
   */
  Checkpoint<V> last() {
    Index<V> index = index();
    return new Checkpoint<>(
        index.progress(), TrainingState.read(checkpoints.resolve(index.lastState())));
  }

  /** The state whose weights are kept; empty where there was no validation. */
  Optional<TrainingState> kept() {
    return Optional.ofNullable(index().keptState())
        .map(name -> TrainingState.read(checkpoints.resolve(name)));
  }

  private Index<V> index() {
    Index<V> index = read(checkpoints.resolve(LAST), indexType);
    if (index == null || index.progress() == null || index.lastState() == null) {
      throw damaged(checkpoints.resolve(LAST), null);
    }
    return index;
  }

  /** Deletes the states that nothing names any more, and files that were not completed. */
  private void deleteAllBut(Set<String> states) {
    delete(
        checkpoints,
        name -> name.endsWith(STATE_SUFFIX) && !states.contains(name) || isUnfinished(name));
  }

  /** As {@link AtomicFile} calls a file that a process which died has left. */
  private static boolean isUnfinished(String name) {
    return name.startsWith(".") && name.endsWith(".tmp");
  }

  private static void delete(Path where, Predicate<String> names) {
    try (Stream<Path> entries = Files.list(where)) {
      for (Path entry : entries.toList()) {
        if (names.test(entry.getFileName().toString())) {
          Files.delete(entry);
        }
      }
    } catch (IOException e) {
      throw new PancreasException(
          ErrorCode.OUTPUT, "cannot tidy up the folder " + where + "; check permissions", e);
    }
  }

  private static void write(Path file, Object value) {
    AtomicFile.write(
        file, out -> out.write((GSON.toJson(value) + "\n").getBytes(StandardCharsets.UTF_8)));
  }

  private static <T> T read(Path file, Type type) {
    try {
      return GSON.fromJson(Files.readString(file), type);
    } catch (IOException | RuntimeException e) {
      // Gson wraps in several ways what a record's constructor throws.
      throw damaged(file, e);
    }
  }

  private static PancreasException damaged(Path file, Exception cause) {
    return new PancreasException(
        ErrorCode.MODEL, file + " is missing or damaged; begin the training anew", cause);
  }
}
