package ai.pancreas.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.dataset.CachedCase;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BatchPlanTest {
  /** Of 12 slices, 4 hold pancreas; of 8, 4. */
  private static final List<CachedCase> CASES =
      List.of(
          new CachedCase(
              TestCache.describe("a", "pa"), 0, List.of(0, 0, 5, 5, 5, 5, 0, 0, 0, 0, 0, 0), 0),
          new CachedCase(TestCache.describe("b", "pb"), 12, List.of(0, 1, 1, 1, 1, 0, 0, 0), 0));

  @Test
  void anEpochHasEverySliceAtMostOnceAndWholeBatchesOnly() {
    BatchPlan<Sample> plan = new SliceBatches(CASES, 6, 0, 1);

    List<List<Sample>> epoch = plan.epoch(1);

    assertEquals(List.of(6, 6, 6), epoch.stream().map(List::size).toList());
    assertEquals(18, names(epoch).size());
    assertEquals(6, plan.largestBatch());
  }

  @Test
  void eachEpochHasAnOrderOfItsOwnWhichTheSeedDecides() {
    BatchPlan<Sample> plan = new SliceBatches(CASES, 4, 0, 1);

    assertEquals(plan.epoch(3), new SliceBatches(CASES, 4, 0, 1).epoch(3));
    assertNotEquals(plan.epoch(3), plan.epoch(4));
    assertNotEquals(plan.epoch(3), new SliceBatches(CASES, 4, 0, 2).epoch(3));
  }

  @Test
  void slicesWithoutPancreasAreLimitedToTheirShareAndDrawnAnew() {
    BatchPlan<Sample> plan = new SliceBatches(CASES, 1, 0.8, 1);
    Set<String> seen = new HashSet<>();

    for (int epoch = 1; epoch <= 40; epoch++) {
      List<List<Sample>> batches = plan.epoch(epoch);
      assertEquals(10, batches.size());
      assertEquals(8, batches.stream().filter(batch -> hasPancreas(batch.get(0))).count());
      seen.addAll(names(batches));
    }
    assertEquals(20, seen.size(), "all slices have their turn");
  }

  @Test
  void fewSlicesMakeOneSmallBatch() {
    BatchPlan<Sample> plan = new SliceBatches(CASES, 64, 0, 1);

    assertEquals(20, plan.largestBatch());
    assertEquals(1, plan.epoch(1).size());
    assertEquals(20, plan.epoch(1).get(0).size());
  }

  @Test
  void aVolumeIsOneStepOfAllItsSlicesInOrder() {
    BatchPlan<Sample> plan = new VolumeBatches(CASES, 0, 1);

    for (List<Sample> batch : plan.epoch(1)) {
      CachedCase source = batch.get(0).source();
      assertEquals(source.slices(), batch.size());
      for (int i = 0; i < batch.size(); i++) {
        assertEquals(new Sample(source, i, batch.get(0).variation()), batch.get(i));
      }
    }
    assertEquals(2, plan.epoch(1).size());
    assertEquals(12, plan.largestBatch());
  }

  @Test
  void aVolumeIsResampledAndCroppedAsTheReferenceDoes() {
    // 12 slices to 22, of which 20 are taken: slice floor((i + offset + 0.5) * 12 / 22).
    BatchPlan<Sample> plan = new VolumeBatches(CASES.subList(0, 1), 20, 1);
    Set<Integer> offsets = new HashSet<>();
    for (int epoch = 1; epoch <= 30; epoch++) {
      List<Integer> slices = plan.epoch(epoch).get(0).stream().map(Sample::slice).toList();
      List<Integer> possible = new ArrayList<>();
      for (int offset = 0; offset <= 2; offset++) {
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
          expected.add((int) Math.floor((i + offset + 0.5) * 12 / 22));
        }
        if (expected.equals(slices)) {
          possible.add(offset);
        }
      }
      assertTrue(!possible.isEmpty(), slices::toString);
      offsets.addAll(possible);
    }
    assertEquals(Set.of(0, 1, 2), offsets);
    assertEquals(20, plan.largestBatch());
  }

  private static boolean hasPancreas(Sample sample) {
    return sample.source().pancreasPixels().get(sample.slice()) > 0;
  }

  private static Set<String> names(List<List<Sample>> epoch) {
    Set<String> names = new HashSet<>();
    epoch.forEach(
        batch -> batch.forEach(sample -> names.add(sample.source().id() + sample.slice())));
    return names;
  }
}
