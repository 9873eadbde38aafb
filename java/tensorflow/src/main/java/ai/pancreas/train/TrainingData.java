package ai.pancreas.train;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.dataset.CachedCase;
import ai.pancreas.dataset.Split;
import ai.pancreas.dataset.TrainingCache;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The cases of a cache, split.
 *
 * @param cache where they are
 * @param training cases to train on
 * @param validation cases to validate on, of other patients; may be empty. Whole frames only, as
 *     inference sees them: parts that were cut out are left out.
 */
record TrainingData(TrainingCache cache, List<CachedCase> training, List<CachedCase> validation) {

  /**
   * The cases of both sides of a split.
   *
   * @throws PancreasException {@code USAGE} if a patient of the split is not in the cache, or there
   *     is no pancreas to train on, or none to validate on where somebody validates
   */
  static TrainingData of(TrainingCache cache, Split split) {
    Set<String> there = new HashSet<>(cache.cases().stream().map(CachedCase::patient).toList());
    for (List<String> side : List.of(split.training(), split.validation())) {
      for (String patient : side) {
        if (!there.contains(patient)) {
          throw new PancreasException(
              ErrorCode.USAGE,
              "the split names patient "
                  + patient
                  + ", who is not in the cache; take the cache's own split or make one");
        }
      }
    }
    TrainingData data =
        new TrainingData(
            cache,
            of(cache, new HashSet<>(split.training())),
            of(cache, new HashSet<>(split.validation())).stream()
                .filter(each -> each.about().wholeFrame())
                .toList());
    if (data.training().stream().noneMatch(CachedCase::hasPancreas)) {
      throw new PancreasException(
          ErrorCode.USAGE,
          "no slice of the "
              + split.training().size()
              + " training patients holds pancreas; check the masks and the split");
    }
    if (!data.validation().isEmpty()
        && data.validation().stream().noneMatch(CachedCase::hasPancreas)) {
      throw new PancreasException(
          ErrorCode.USAGE,
          "no slice of the "
              + split.validation().size()
              + " validation patients that shows a whole frame holds pancreas, so that a network that finds nothing would be"
              + " the best; name others");
    }
    return data;
  }

  private static List<CachedCase> of(TrainingCache cache, Set<String> patients) {
    return cache.cases().stream().filter(each -> patients.contains(each.patient())).toList();
  }

  /** The cases of both sides. */
  List<CachedCase> all() {
    return cache.cases().stream()
        .filter(each -> training.contains(each) || validation.contains(each))
        .toList();
  }

  /** What tells these data from others. */
  Summary summary() {
    return new Summary(
        cache.rows(),
        cache.columns(),
        slices(training),
        slices(validation),
        patients(training),
        patients(validation),
        cache.fingerprint());
  }

  private static int slices(List<CachedCase> cases) {
    return cases.stream().mapToInt(CachedCase::slices).sum();
  }

  private static int patients(List<CachedCase> cases) {
    return (int) cases.stream().map(CachedCase::patient).distinct().count();
  }

  /** Sizes, for people and for comparison; nobody's name. */
  record Summary(
      int rows,
      int columns,
      int trainingSlices,
      int validationSlices,
      int trainingPatients,
      int validationPatients,
      String cacheFingerprint) {}
}
