package ai.pancreas.dataset;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which patients train and which validate; nobody does both. Immutable.
 *
 * @param seed what {@link #random} started from; 0 where the patients were named
 * @param training patients, sorted
 * @param validation patients, sorted
 */
public record Split(long seed, List<String> training, List<String> validation) {
  public Split {
    training = List.copyOf(new TreeSet<>(training));
    validation = List.copyOf(new TreeSet<>(validation));
    Set<String> both = new HashSet<>(training);
    both.retainAll(new HashSet<>(validation));
    if (!both.isEmpty()) {
      throw new IllegalArgumentException(
          both.size() + " patients are in training and in validation");
    }
  }

  /**
   * A split by chance: the same patients, fraction and seed give the same split, in whatever order
   * the patients come.
   *
   * @param validationFraction of the patients, from 0 to below 1; rounded to whole patients, and at
   *     least one where the fraction is not 0 and there are two patients or more
   */
  public static Split random(Collection<String> patients, double validationFraction, long seed) {
    if (!(validationFraction >= 0 && validationFraction < 1)) {
      throw new IllegalArgumentException("a fraction from 0 to below 1, not " + validationFraction);
    }
    List<String> shuffled = new ArrayList<>(new TreeSet<>(patients));
    Collections.shuffle(shuffled, new Random(seed));
    int least = validationFraction > 0 && shuffled.size() > 1 ? 1 : 0;
    int wanted = (int) Math.round(validationFraction * shuffled.size());
    int count = Math.max(least, Math.min(wanted, shuffled.size() - 1));
    return new Split(
        seed, shuffled.subList(count, shuffled.size()), shuffled.subList(0, Math.max(0, count)));
  }

  /**
   * A split by chance, label by label, so that both sides have about the same share of each: the
   * same patients, labels, fraction and seed give the same split, in whatever order the patients
   * come.
   *
   * @param labels of the patients
   * @param validationFraction of the patients of each label, as for {@link #random}
   */
  public static Split stratified(
      Map<String, Integer> labels, double validationFraction, long seed) {
    List<String> training = new ArrayList<>();
    List<String> validation = new ArrayList<>();
    for (Integer label : new TreeSet<>(labels.values())) {
      List<String> patients =
          labels.keySet().stream().filter(patient -> labels.get(patient).equals(label)).toList();
      Split ofLabel = random(patients, validationFraction, seed);
      training.addAll(ofLabel.training());
      validation.addAll(ofLabel.validation());
    }
    return new Split(seed, training, validation);
  }

  /**
   * A split by name.
   *
   * @throws PancreasException {@code USAGE} if someone is not among the patients
   */
  public static Split named(Collection<String> patients, Collection<String> validation) {
    Set<String> training = new TreeSet<>(patients);
    for (String patient : validation) {
      if (!patients.contains(patient)) {
        throw new PancreasException(
            ErrorCode.USAGE, "no patient is called " + patient + "; check the validation patients");
      }
      training.remove(patient);
    }
    return new Split(0, List.copyOf(training), List.copyOf(validation));
  }

  /**
   * Reads a split.
   *
   * @throws PancreasException {@code USAGE} if there is no such file, {@code BAD_DATA} if it is
   *     damaged or has a patient on both sides
   */
  public static Split read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new PancreasException(ErrorCode.USAGE, file + " does not exist");
    }
    return DatasetJson.read(file, Split.class);
  }

  /**
   * Writes the split as JSON, whole or not at all.
   *
   * @throws PancreasException {@code OUTPUT} if it cannot be written
   */
  public void write(Path file) {
    DatasetJson.write(file, this);
  }
}
