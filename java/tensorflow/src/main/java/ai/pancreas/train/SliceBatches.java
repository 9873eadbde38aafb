package ai.pancreas.train;

import ai.pancreas.dataset.CachedCase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Mini-batches of slices, shuffled over all cases. What is left over for less than a batch waits
 * for another epoch's order, unless it is all there is.
 */
final class SliceBatches implements BatchPlan<Sample> {
  private record Slice(CachedCase source, int number) {}

  private final List<Slice> positives = new ArrayList<>();
  private final List<Slice> negatives = new ArrayList<>();
  private final int negativesOfEpoch;
  private final int batchSize;
  private final long seed;

  /**
   * A plan.
   *
   * @param batchSize slices a step
   * @param positiveShare the share of an epoch's slices that hold pancreas: each epoch then has all
   *     that do and as many of the others, drawn anew, as that allows; 0 takes all slices
   */
  SliceBatches(List<CachedCase> cases, int batchSize, double positiveShare, long seed) {
    for (CachedCase each : cases) {
      for (int slice = 0; slice < each.slices(); slice++) {
        (each.pancreasPixels().get(slice) > 0 ? positives : negatives).add(new Slice(each, slice));
      }
    }
    this.batchSize = batchSize;
    this.seed = seed;
    this.negativesOfEpoch =
        positiveShare > 0
            ? (int)
                Math.min(
                    negatives.size(),
                    Math.round(positives.size() * (1 - positiveShare) / positiveShare))
            : negatives.size();
  }

  @Override
  public List<List<Sample>> epoch(int epoch) {
    Random random = new Random(Seeds.of(seed, epoch).nextLong());
    List<Slice> slices = new ArrayList<>(negatives);
    Collections.shuffle(slices, random);
    slices = new ArrayList<>(slices.subList(0, negativesOfEpoch));
    slices.addAll(positives);
    Collections.shuffle(slices, random);
    int size = largestBatch();
    List<List<Sample>> batches = new ArrayList<>();
    for (int first = 0; first + size <= slices.size(); first += size) {
      List<Sample> batch = new ArrayList<>();
      for (int i = first; i < first + size; i++) {
        batch.add(new Sample(slices.get(i).source(), slices.get(i).number(), i));
      }
      batches.add(List.copyOf(batch));
    }
    return List.copyOf(batches);
  }

  @Override
  public int largestBatch() {
    return Math.min(batchSize, positives.size() + negativesOfEpoch);
  }
}
