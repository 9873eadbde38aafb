package ai.pancreas.train;

import ai.pancreas.dataset.RegionCache;
import ai.pancreas.dataset.RegionCacheWriter;
import ai.pancreas.model.RegionPreprocessing.Corrected;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A cache of noisy balls of 100 HU; those of label 1, every second one, have a ball of 20 HU in
 * them.
 */
final class TestRegions {
  static final int SIZE = 16;
  static final int ENLARGED = 19;

  private TestRegions() {}

  static RegionCache make(Path folder, int patients, long seed) {
    Random random = new Random(seed);
    try (RegionCacheWriter writer =
        new RegionCacheWriter(folder, SIZE, ENLARGED, new Corrected(0.9), "drawn for a test")) {
      for (int i = 0; i < patients; i++) {
        writer.add("p" + i, i % 2, 40 + i, 90 - 10 * (i % 2), region(i % 2 == 1, random));
      }
      writer.commit();
    }
    return RegionCache.open(folder);
  }

  private static FloatBuffer region(boolean lesion, Random random) {
    double[] middle = random.doubles(3, 8, 10).toArray();
    double[] dark =
        IntStream.range(0, 3).mapToDouble(i -> middle[i] + random.nextDouble() * 2 - 1).toArray();
    FloatBuffer region = FloatBuffer.allocate(ENLARGED * ENLARGED * ENLARGED);
    for (int z = 0; z < ENLARGED; z++) {
      for (int y = 0; y < ENLARGED; y++) {
        for (int x = 0; x < ENLARGED; x++) {
          double hu = 0;
          if (distance(middle, z, y, x) < 6) {
            boolean isDark = lesion && distance(dark, z, y, x) < 3;
            hu = (isDark ? 20 : 100) + 15 * random.nextGaussian();
          }
          region.put((float) (hu / 1024));
        }
      }
    }
    return region.flip();
  }

  private static double distance(double[] middle, int z, int y, int x) {
    return Math.sqrt(
        Math.pow(z - middle[0], 2) + Math.pow(y - middle[1], 2) + Math.pow(x - middle[2], 2));
  }

  /** The labels by patient. */
  static Map<String, Integer> labels(RegionCache cache) {
    Map<String, Integer> labels = new LinkedHashMap<>();
    cache.regions().forEach(each -> labels.put(each.patient(), each.label()));
    return labels;
  }

  /** Patients from a number to below another. */
  static List<String> patients(int from, int to) {
    List<String> patients = new ArrayList<>();
    for (int i = from; i < to; i++) {
      patients.add("p" + i);
    }
    return patients;
  }
}
