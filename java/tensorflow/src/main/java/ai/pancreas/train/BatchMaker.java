package ai.pancreas.train;

import ai.pancreas.dataset.CachedCase;
import ai.pancreas.dataset.LabelledSlice;
import ai.pancreas.dataset.TrainingCache;
import ai.pancreas.kernel.Kernels;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Reads, varies and windows the slices of a batch. What comes out depends on the seed, the epoch
 * and the samples alone. Thread-safe.
 */
final class BatchMaker {
  /** Keeps the random numbers of noise apart from those of variations. */
  private static final long NOISE = 1;

  private static final long VARIATION = 2;

  private final TrainingCache cache;
  private final IntensityWindows windows;
  private final AugmentationOptions augmentation;
  private final int rows;
  private final int columns;
  private final long seed;
  private final Kernels kernels = Kernels.best();

  /**
   * A maker.
   *
   * @param rows rows of the network's grid
   * @param columns columns of the network's grid
   */
  BatchMaker(
      TrainingCache cache,
      IntensityWindows windows,
      AugmentationOptions augmentation,
      int rows,
      int columns,
      long seed) {
    this.cache = cache;
    this.windows = windows;
    this.augmentation = augmentation;
    this.rows = rows;
    this.columns = columns;
    this.seed = seed;
  }

  /** Buffers that hold so many slices. */
  BatchBuffers allocate(int slices) {
    return BatchBuffers.allocate((long) slices * rows * columns);
  }

  /** Makes a batch in buffers that nobody else uses meanwhile. */
  PreparedBatch make(int epoch, int number, List<Sample> samples, BatchBuffers buffers) {
    int count = rows * columns;
    float[] hu = new float[count];
    float[] mask = new float[count];
    for (int i = 0; i < samples.size(); i++) {
      Sample sample = samples.get(i);
      LabelledSlice frame = cache.slice(sample.source(), sample.slice());
      RandomGenerator noise = Seeds.of(seed, NOISE, epoch, number, i);
      variation(epoch, sample).apply(frame, noise, hu, mask);
      buffers.input().put(i * count, hu);
      buffers.mask().put(i * count, mask);
      window(sample.source(), buffers, i * count, count);
    }
    return new PreparedBatch(
        epoch,
        number,
        samples,
        buffers,
        new Batch(buffers.input(), buffers.mask(), samples.size(), rows, columns));
  }

  private Augmentation variation(int epoch, Sample sample) {
    return Augmentation.draw(
        augmentation,
        rows,
        columns,
        cache.rows(),
        cache.columns(),
        Seeds.of(seed, VARIATION, epoch, sample.variation()));
  }

  private void window(CachedCase source, BatchBuffers buffers, int first, int count) {
    var slice = buffers.input().slice(first, count);
    kernels.window(slice, slice, count, windows.of(source), 1);
  }
}
