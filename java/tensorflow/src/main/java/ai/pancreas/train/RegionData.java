package ai.pancreas.train;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.dataset.CachedRegion;
import ai.pancreas.dataset.RegionCache;
import ai.pancreas.dataset.Split;
import ai.pancreas.model.TrainingDistribution;
import ai.pancreas.model.TrainingDistribution.Interval;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * The cases of a cache, split.
 *
 * @param cache where they are
 * @param training cases to train on
 * @param validation cases of other patients to validate on; may be empty
 */
record RegionData(RegionCache cache, List<CachedRegion> training, List<CachedRegion> validation) {

  /**
   * The cases of both sides of a split.
   *
   * @throws PancreasException {@code USAGE} if a patient of the split is not in the cache, or all
   *     training patients have the same label
   */
  static RegionData of(RegionCache cache, Split split) {
    RegionData data =
        new RegionData(
            cache, ofPatients(cache, split.training()), ofPatients(cache, split.validation()));
    for (int label = 0; label <= 1; label++) {
      if (count(data.training(), label) == 0) {
        throw new PancreasException(
            ErrorCode.USAGE,
            "none of the %d training patients has label %d; check the labels and the split"
                .formatted(split.training().size(), label));
      }
    }
    return data;
  }

  /**
   * The cases of patients, in the cache's order.
   *
   * @throws PancreasException {@code USAGE} if a patient is not in the cache
   */
  static List<CachedRegion> ofPatients(RegionCache cache, Collection<String> patients) {
    Set<String> wanted = new HashSet<>(patients);
    List<CachedRegion> cases =
        cache.regions().stream().filter(each -> wanted.contains(each.patient())).toList();
    cases.forEach(each -> wanted.remove(each.patient()));
    if (!wanted.isEmpty()) {
      throw new PancreasException(
          ErrorCode.USAGE,
          "the split names patient "
              + wanted.iterator().next()
              + ", who is not in the cache; take a split of this cache");
    }
    return cases;
  }

  private static int count(List<CachedRegion> cases, int label) {
    return (int) cases.stream().filter(each -> each.label() == label).count();
  }

  /** What the training patients are like. */
  TrainingDistribution distribution() {
    return new TrainingDistribution(range(CachedRegion::maskVolumeMl), range(CachedRegion::meanHu));
  }

  private Interval range(ToDoubleFunction<CachedRegion> value) {
    return new Interval(
        training.stream().mapToDouble(value).min().orElseThrow(),
        training.stream().mapToDouble(value).max().orElseThrow());
  }

  /** What tells these data from others. */
  Summary summary() {
    return new Summary(
        cache.size(),
        cache.preprocessing().crop(),
        training.size(),
        count(training, 1),
        validation.size(),
        count(validation, 1),
        cache.fingerprint());
  }

  /** Sizes, for people and for comparison; nobody's name. */
  record Summary(
      int size,
      double crop,
      int trainingPatients,
      int trainingPositives,
      int validationPatients,
      int validationPositives,
      String cacheFingerprint) {}
}
