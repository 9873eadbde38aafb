package ai.pancreas.train;

import ai.pancreas.internal.DirectFloats;
import java.nio.FloatBuffer;
import java.util.Random;

/** Noisy slices, each with a brighter disc somewhere, which the mask marks. */
final class Discs {
  private Discs() {}

  static Batch batch(int slices, int size, long seed) {
    Random random = new Random(seed);
    FloatBuffer input = DirectFloats.allocate((long) slices * size * size);
    FloatBuffer mask = DirectFloats.allocate((long) slices * size * size);
    for (int slice = 0; slice < slices; slice++) {
      double row = size * (0.3 + 0.4 * random.nextDouble());
      double column = size * (0.3 + 0.4 * random.nextDouble());
      double radius = size * (0.1 + 0.1 * random.nextDouble());
      for (int i = 0; i < size * size; i++) {
        boolean inside = Math.hypot(i / size - row, i % size - column) < radius;
        input.put((float) ((inside ? 0.3 : 0) + 0.3 * random.nextGaussian()));
        mask.put(inside ? 1 : 0);
      }
    }
    return new Batch(input.rewind(), mask.rewind(), slices, size, size);
  }
}
