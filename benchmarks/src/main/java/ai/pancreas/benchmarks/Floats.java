package ai.pancreas.benchmarks;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Random;

/** Direct buffers in native byte order, which native code takes without a copy. */
final class Floats {
  private Floats() {}

  /** Zeros. */
  static FloatBuffer direct(long count) {
    return ByteBuffer.allocateDirect(Math.toIntExact(count * Float.BYTES))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  /** Numbers between -1 and 1. */
  static FloatBuffer random(long count, long seed) {
    FloatBuffer buffer = direct(count);
    Random random = new Random(seed);
    for (int i = 0; i < buffer.capacity(); i++) {
      buffer.put(i, random.nextFloat() * 2 - 1);
    }
    return buffer;
  }
}
