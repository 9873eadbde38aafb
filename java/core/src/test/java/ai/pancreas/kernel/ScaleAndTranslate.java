package ai.pancreas.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * The published formula of TensorFlow's ScaleAndTranslate (scale = target / source, translation 0,
 * triangle kernel, antialias on), written out in float64, and of the nearest-neighbour rule. Slow
 * and plain: what the kernels are compared with.
 */
final class ScaleAndTranslate {
  private ScaleAndTranslate() {}

  /** A source index and its weight. */
  record Tap(int index, double weight) {}

  static List<Tap> taps(Filter filter, int sourceSize, int targetSize, int target) {
    return switch (filter) {
      case NONE -> List.of(new Tap(target, 1));
      case NEAREST ->
          List.of(new Tap((int) Math.floor((target + 0.5) * sourceSize / targetSize), 1));
      case LINEAR -> linear(sourceSize, targetSize, target);
    };
  }

  private static List<Tap> linear(int sourceSize, int targetSize, int target) {
    double scale = (double) targetSize / sourceSize;
    double inverseScale = 1 / scale;
    double kernelScale = Math.max(inverseScale, 1);
    double sample = (target + 0.5) * inverseScale;
    int start = Math.max((int) Math.ceil(sample - kernelScale - 0.5), 0);
    int end = Math.min((int) Math.floor(sample + kernelScale - 0.5), sourceSize - 1);
    double sum = 0;
    List<Tap> taps = new ArrayList<>();
    for (int source = start; source <= end; source++) {
      double weight = Math.max(0, 1 - Math.abs((source + 0.5 - sample) / kernelScale));
      sum += weight;
      taps.add(new Tap(source, weight));
    }
    double total = sum;
    return taps.stream().map(tap -> new Tap(tap.index(), tap.weight() / total)).toList();
  }

  /** Resamples a [z][y][x] array as one sum over the three axes. */
  static double[] resample(float[] source, Size3 from, Size3 to, Filters3 filters) {
    double[] target = new double[Math.toIntExact(to.count())];
    int next = 0;
    for (int z = 0; z < to.z(); z++) {
      for (int y = 0; y < to.y(); y++) {
        for (int x = 0; x < to.x(); x++) {
          double sum = 0;
          for (Tap tapZ : taps(filters.z(), from.z(), to.z(), z)) {
            for (Tap tapY : taps(filters.y(), from.y(), to.y(), y)) {
              for (Tap tapX : taps(filters.x(), from.x(), to.x(), x)) {
                int index = (tapZ.index() * from.y() + tapY.index()) * from.x() + tapX.index();
                sum += tapZ.weight() * tapY.weight() * tapX.weight() * source[index];
              }
            }
          }
          target[next++] = sum;
        }
      }
    }
    return target;
  }
}
