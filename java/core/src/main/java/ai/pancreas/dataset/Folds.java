package ai.pancreas.dataset;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Patients in groups of about the same size, for cross-validation; nobody is in two. Immutable.
 *
 * @param seed what {@link #stratified} started from
 * @param folds the patients of each group, sorted
 */
public record Folds(long seed, List<List<String>> folds) {
  /** One group is held out, one validates, and the others train. */
  public static final int FEWEST = 3;

  /**
   * @throws IllegalArgumentException if there are fewer than three groups, or a patient is in two
   */
  public Folds {
    if (folds.size() < FEWEST) {
      throw new IllegalArgumentException(
          "at least %d folds are needed, not %d".formatted(FEWEST, folds.size()));
    }
    folds = folds.stream().map(fold -> List.copyOf(new TreeSet<>(fold))).toList();
    Set<String> seen = new HashSet<>();
    for (List<String> fold : folds) {
      for (String patient : fold) {
        if (!seen.add(patient)) {
          throw new IllegalArgumentException("a patient is in more than one fold");
        }
      }
    }
  }

  /**
   * Deals patients out by chance, label by label, so that the patients of each label, and all of
   * them, differ by one at most between groups. The same patients, labels, count and seed give the
   * same groups, in whatever order the patients come.
   *
   * @param labels of the patients
   * @param count of groups, at least three
   * @throws PancreasException {@code USAGE} if a label has fewer patients than there are groups, or
   *     there are fewer than three groups
   */
  public static Folds stratified(Map<String, Integer> labels, int count, long seed) {
    if (count < FEWEST) {
      throw new PancreasException(
          ErrorCode.USAGE,
          "cross-validation needs at least %d folds, not %d: one is held out, one validates, the others train"
              .formatted(FEWEST, count));
    }
    Map<Integer, List<String>> byLabel = new TreeMap<>();
    new TreeMap<>(labels)
        .forEach(
            (patient, label) ->
                byLabel.computeIfAbsent(label, any -> new ArrayList<>()).add(patient));
    List<List<String>> folds = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      folds.add(new ArrayList<>());
    }
    Random random = new Random(seed);
    int next = 0;
    for (Map.Entry<Integer, List<String>> group : byLabel.entrySet()) {
      List<String> patients = group.getValue();
      if (patients.size() < count) {
        throw new PancreasException(
            ErrorCode.USAGE,
            "%d patients have label %d, too few for %d folds; ask for fewer folds"
                .formatted(patients.size(), group.getKey(), count));
      }
      Collections.shuffle(patients, random);
      for (String patient : patients) {
        folds.get(next).add(patient);
        next = (next + 1) % count;
      }
    }
    return new Folds(seed, folds);
  }

  /** How many groups there are. */
  public int count() {
    return folds.size();
  }

  /** All patients but those of a group train, and those of the group after it validate. */
  public Split split(int heldOut) {
    int validating = (heldOut + 1) % count();
    List<String> training = new ArrayList<>();
    for (int i = 0; i < count(); i++) {
      if (i != heldOut && i != validating) {
        training.addAll(folds.get(i));
      }
    }
    return new Split(seed, training, folds.get(validating));
  }

  /**
   * Reads folds.
   *
   * @throws PancreasException {@code USAGE} if there is no such file, {@code BAD_DATA} if it is
   *     damaged or has a patient twice
   */
  public static Folds read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new PancreasException(ErrorCode.USAGE, file + " does not exist");
    }
    return DatasetJson.read(file, Folds.class);
  }

  /**
   * Writes the folds as JSON, whole or not at all.
   *
   * @throws PancreasException {@code OUTPUT} if they cannot be written
   */
  public void write(Path file) {
    DatasetJson.write(file, this);
  }
}
