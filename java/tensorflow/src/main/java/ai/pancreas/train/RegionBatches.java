package ai.pancreas.train;

import ai.pancreas.dataset.CachedRegion;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Mini-batches of regions, shuffled over all patients. What is left over for less than a batch
 * waits for another epoch's order, unless it is all there is: a batch of few would be normalised by
 * few.
 */
final class RegionBatches implements BatchPlan<RegionSample> {
  private final List<CachedRegion> cases;
  private final int batchSize;
  private final long seed;

  RegionBatches(List<CachedRegion> cases, int batchSize, long seed) {
    this.cases = List.copyOf(cases);
    this.batchSize = batchSize;
    this.seed = seed;
  }

  @Override
  public List<List<RegionSample>> epoch(int epoch) {
    List<RegionSample> samples = new ArrayList<>();
    for (CachedRegion each : cases) {
      samples.add(new RegionSample(each, samples.size()));
    }
    Collections.shuffle(samples, new Random(Seeds.of(seed, epoch).nextLong()));
    List<List<RegionSample>> batches = new ArrayList<>();
    int size = largestBatch();
    for (int first = 0; first + size <= samples.size(); first += size) {
      batches.add(List.copyOf(samples.subList(first, first + size)));
    }
    return List.copyOf(batches);
  }

  @Override
  public int largestBatch() {
    return Math.min(batchSize, cases.size());
  }
}
