package ai.pancreas.train;

import ai.pancreas.dataset.RegionCache;
import java.util.List;
import java.util.stream.Collectors;

/** Reads and varies the regions of a batch. */
final class RegionBatchMaker implements BatchMaker<RegionSample> {
  private final RegionCache cache;
  private final RegionAugmentation augmentation;
  private final int voxels;
  private final long seed;

  RegionBatchMaker(RegionCache cache, RegionAugmentation augmentation, long seed) {
    this.cache = cache;
    this.augmentation = augmentation;
    this.voxels = cache.size() * cache.size() * cache.size();
    this.seed = seed;
  }

  @Override
  public BatchBuffers allocate(int regions) {
    return BatchBuffers.allocate((long) regions * voxels, regions);
  }

  @Override
  public void make(int epoch, int number, List<RegionSample> samples, BatchBuffers buffers) {
    for (int i = 0; i < samples.size(); i++) {
      RegionSample sample = samples.get(i);
      RegionWarp.draw(
              augmentation,
              cache.enlargedSize(),
              cache.size(),
              Seeds.of(seed, epoch, sample.variation()))
          .apply(cache.read(sample.source()), buffers.input(), i * voxels);
      buffers.truth().put(i, sample.source().label());
    }
  }

  @Override
  public String names(List<RegionSample> samples) {
    return samples.stream()
        .map(sample -> sample.source().patient())
        .sorted()
        .collect(Collectors.joining(", "));
  }
}
