package ai.pancreas.train;

import ai.pancreas.dataset.CachedCase;
import ai.pancreas.dataset.LabelledSlice;
import ai.pancreas.dataset.TrainingCache;
import ai.pancreas.kernel.Kernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** Reads, varies and windows the slices of a batch. */
final class SliceBatchMaker implements BatchMaker<Sample> {
  private static final int MOST_NUMBERS = 16;

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
  SliceBatchMaker(
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

  @Override
  public BatchBuffers allocate(int slices) {
    long pixels = (long) slices * rows * columns;
    return BatchBuffers.allocate(pixels, pixels);
  }

  @Override
  public void make(int epoch, int number, List<Sample> samples, BatchBuffers buffers) {
    int count = rows * columns;
    float[] hu = new float[count];
    float[] mask = new float[count];
    for (int i = 0; i < samples.size(); i++) {
      Sample sample = samples.get(i);
      LabelledSlice frame = cache.slice(sample.source(), sample.slice());
      RandomGenerator noise = Seeds.of(seed, NOISE, epoch, number, i);
      variation(epoch, sample).apply(frame, noise, hu, mask);
      buffers.input().put(i * count, hu);
      buffers.truth().put(i * count, mask);
      window(sample.source(), buffers, i * count, count);
    }
  }

  /** The slices of each case, in brief where they are many. */
  @Override
  public String names(List<Sample> samples) {
    Map<String, List<Integer>> slices = new TreeMap<>();
    for (Sample sample : samples) {
      slices.computeIfAbsent(sample.source().id(), id -> new ArrayList<>()).add(sample.slice());
    }
    List<String> names = new ArrayList<>();
    slices.forEach((id, numbers) -> names.add(id + " slice " + text(numbers)));
    return String.join("; ", names);
  }

  private static String text(List<Integer> numbers) {
    List<Integer> sorted = numbers.stream().sorted().distinct().toList();
    return sorted.size() > MOST_NUMBERS
        ? sorted.get(0) + " to " + sorted.get(sorted.size() - 1)
        : sorted.stream().map(String::valueOf).collect(Collectors.joining(", "));
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
