package ai.pancreas.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.dataset.TrainingCache;
import ai.pancreas.model.Preprocessing.Intensity;
import ai.pancreas.model.Preprocessing.Range;
import ai.pancreas.model.Preprocessing.Step;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchPipelineTest {
  private static final Intensity WINDOW =
      new Intensity(Step.AFTER_RESAMPLING, -100, 240, Range.WINDOW);

  @TempDir static Path folder;
  private static TrainingCache cache;

  @BeforeAll
  static void makeCache() {
    cache = TestCache.make(folder.resolve("cache"), 3, 6, 24);
  }

  @AfterAll
  static void closeCache() {
    cache.close();
  }

  @Test
  void theNumberOfThreadsChangesNothing() {
    assertEquals(batches(1, 1, 0, 3), batches(3, 1, 0, 3));
  }

  @Test
  void whatComesAfterDoesNotDependOnWhereOneStarts() {
    List<String> all = batches(2, 1, 0, 3);

    assertEquals(all.subList(6, all.size()), batches(2, 2, 2, 3));
  }

  @Test
  void epochsDifferFromEachOther() {
    Set<String> values = new HashSet<>();
    for (String batch : batches(2, 1, 0, 3)) {
      values.add(batch.substring(batch.indexOf(':')));
    }
    assertEquals(12, values.size());
  }

  @Test
  void memoryIsUsedAgain() {
    Set<BatchBuffers> buffers = Collections.newSetFromMap(new IdentityHashMap<>());
    try (BatchPipeline<Sample> pipeline = pipeline(2, 1, 0, 30)) {
      for (int i = 0; i < 120; i++) {
        PreparedBatch<Sample> batch = pipeline.next();
        buffers.add(batch.buffers());
        pipeline.release(batch);
      }
      assertThrows(IllegalStateException.class, pipeline::next);
      assertTrue(pipeline.waitedSeconds() > 0);
    }
    assertEquals(5, buffers.size());
  }

  @Test
  void valuesAreThoseOfTheWindow() {
    try (BatchPipeline<Sample> pipeline = pipeline(1, 1, 0, 1)) {
      PreparedBatch<Sample> batch = pipeline.next();
      boolean varied = false;
      for (int i = 0; i < 4 * 16 * 16; i++) {
        float value = batch.buffers().input().get(i);
        assertTrue(value >= -1 && value <= 1);
        varied |= value > -0.9 && value < 0.9;
      }
      assertTrue(varied);
    }
  }

  @Test
  void whatFailsWhileABatchIsMadeReachesTheStep() {
    TrainingCache closed = TestCache.make(folder.resolve("closed"), 2, 4, 16);
    BatchMaker<Sample> maker =
        new SliceBatchMaker(
            closed,
            IntensityWindows.of(closed, closed.cases(), WINDOW, 1),
            AugmentationOptions.off(),
            16,
            16,
            1);
    closed.close();
    try (BatchPipeline<Sample> pipeline =
        new BatchPipeline<>(new SliceBatches(closed.cases(), 2, 0, 1), maker, 1, 1, 0, 1)) {
      assertThrows(IllegalStateException.class, pipeline::next);
    }
  }

  @Test
  void slicesOfAVolumeAreVariedAlikeButForNoise() {
    AugmentationOptions noNoise =
        new AugmentationOptions(0.5, 0.5, 20, 0.8, 1.1, 0.1, 2, 4, 0.1, 20, 1.2, 0, 0);
    BatchMaker<Sample> maker = maker(noNoise);
    Sample sample = new Sample(cache.cases().get(0), 2, 7);
    BatchBuffers same = maker.allocate(2);
    maker.make(1, 0, List.of(sample, sample), same);
    BatchBuffers other = maker.allocate(2);
    maker.make(1, 0, List.of(sample, new Sample(sample.source(), 2, 8)), other);

    assertEquals(slice(same, 0), slice(same, 1));
    assertFalse(slice(other, 0).equals(slice(other, 1)));
  }

  private static List<Float> slice(BatchBuffers batch, int number) {
    List<Float> values = new ArrayList<>();
    for (int i = 0; i < 16 * 16; i++) {
      values.add(batch.input().get(number * 16 * 16 + i));
    }
    return values;
  }

  /** Epoch, number, names and values of every batch, as text. */
  private static List<String> batches(int threads, int epoch, int number, int lastEpoch) {
    List<String> texts = new ArrayList<>();
    try (BatchPipeline<Sample> pipeline = pipeline(threads, epoch, number, lastEpoch)) {
      int count = 4 * (lastEpoch - epoch + 1) - number;
      for (int i = 0; i < count; i++) {
        PreparedBatch<Sample> batch = pipeline.next();
        List<Float> values = new ArrayList<>();
        for (int j = 0; j < 4; j++) {
          values.addAll(slice(batch.buffers(), j));
          values.add(batch.buffers().truth().get(j * 256 + 128));
        }
        String names = maker(AugmentationOptions.off()).names(batch.samples());
        texts.add("%d/%d %s:%s".formatted(batch.epoch(), batch.number(), names, values));
        pipeline.release(batch);
      }
    }
    return texts;
  }

  private static BatchPipeline<Sample> pipeline(int threads, int epoch, int number, int lastEpoch) {
    return new BatchPipeline<>(
        new SliceBatches(cache.cases(), 4, 0, 1),
        maker(AugmentationOptions.usual()),
        threads,
        epoch,
        number,
        lastEpoch);
  }

  private static BatchMaker<Sample> maker(AugmentationOptions augmentation) {
    return new SliceBatchMaker(
        cache, IntensityWindows.of(cache, cache.cases(), WINDOW, 1), augmentation, 16, 16, 1);
  }
}
