package ai.pancreas.train;

import ai.pancreas.dataset.CaseDescription;
import ai.pancreas.dataset.LabelledSlice;
import ai.pancreas.dataset.TrainingCache;
import ai.pancreas.dataset.TrainingCacheWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Small caches: a bright blob on noise is the pancreas; the first and last slices hold none. */
final class TestCache {
  private TestCache() {}

  /** A cache of patients p0, p1, ... with a case each. */
  static TrainingCache make(Path folder, int patients, int slices, int size) {
    return make(folder, patients, slices, size, 0);
  }

  /** The same with other blobs. */
  static TrainingCache make(Path folder, int patients, int slices, int size, int seed) {
    try (TrainingCacheWriter writer = new TrainingCacheWriter(folder, size, size)) {
      for (int patient = 0; patient < patients; patient++) {
        Random random = new Random(seed + patient);
        writer.add(
            describe("c" + patient, "p" + patient),
            slices,
            z -> slice(size, z > 0 && z < slices - 1, random));
      }
      writer.commit();
    }
    return TrainingCache.open(folder);
  }

  /** A cache of patient p0 and the cases described, of two slices with a blob each. */
  static TrainingCache make(Path folder, List<CaseDescription> described) {
    List<CaseDescription> all = new ArrayList<>(described);
    all.add(0, describe("c0", "p0"));
    try (TrainingCacheWriter writer = new TrainingCacheWriter(folder, 32, 32)) {
      Random random = new Random(1);
      all.forEach(each -> writer.add(each, 2, z -> slice(32, true, random)));
      writer.commit();
    }
    return TrainingCache.open(folder);
  }

  static CaseDescription describe(String id, String patient) {
    return new CaseDescription(
        id, patient, CaseDescription.Kind.VOLUME, List.of(), -1024, 3071, true);
  }

  private static LabelledSlice slice(int size, boolean positive, Random random) {
    short[] hu = new short[size * size];
    byte[] mask = new byte[size * size];
    int radius = size / 5;
    int centreRow = radius + random.nextInt(size - 2 * radius);
    int centreColumn = radius + random.nextInt(size - 2 * radius);
    for (int row = 0; row < size; row++) {
      for (int column = 0; column < size; column++) {
        int i = row * size + column;
        int dy = row - centreRow;
        int dx = column - centreColumn;
        boolean inside = positive && dy * dy + dx * dx < radius * radius;
        hu[i] = (short) ((inside ? 120 : 20) + 20 * random.nextGaussian());
        mask[i] = (byte) (inside ? 1 : 0);
      }
    }
    return new LabelledSlice(size, size, hu, mask);
  }
}
