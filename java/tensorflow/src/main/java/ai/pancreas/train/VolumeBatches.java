package ai.pancreas.train;

import ai.pancreas.dataset.CachedCase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * One case a step, all of whose slices are varied alike.
 *
 * <p>With a number of slices asked for, a case is resampled along the slices as the reference
 * project does it: nearest neighbour to 1.1 times that number, of which a window of that number is
 * taken at random.
 */
final class VolumeBatches implements BatchPlan<Sample> {
  private static final double ROOM = 1.1;

  private final List<CachedCase> cases;
  private final int slices;
  private final long seed;

  /**
   * A plan.
   *
   * @param slices slices a step; 0 takes all slices of a case as they are
   */
  VolumeBatches(List<CachedCase> cases, int slices, long seed) {
    this.cases = List.copyOf(cases);
    this.slices = slices;
    this.seed = seed;
  }

  @Override
  public List<List<Sample>> epoch(int epoch) {
    Random random = new Random(Seeds.of(seed, epoch).nextLong());
    List<CachedCase> order = new ArrayList<>(cases);
    Collections.shuffle(order, random);
    List<List<Sample>> batches = new ArrayList<>();
    for (CachedCase each : order) {
      int resampled = slices == 0 ? each.slices() : (int) Math.round(ROOM * slices);
      int taken = slices == 0 ? each.slices() : slices;
      int first = random.nextInt(resampled - taken + 1);
      List<Sample> batch = new ArrayList<>();
      for (int i = first; i < first + taken; i++) {
        int slice = (int) Math.floor((i + 0.5) * each.slices() / resampled);
        batch.add(new Sample(each, slice, batches.size()));
      }
      batches.add(List.copyOf(batch));
    }
    return List.copyOf(batches);
  }

  @Override
  public int largestBatch() {
    return slices > 0 ? slices : cases.stream().mapToInt(CachedCase::slices).max().orElse(0);
  }
}
