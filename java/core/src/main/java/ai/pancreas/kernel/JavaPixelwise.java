package ai.pancreas.kernel;

import ai.pancreas.internal.ParallelFor;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/** The kernels that work on each value alone, in blocks that threads share. */
final class JavaPixelwise {
  private static final int BLOCK = 1 << 14;

  private JavaPixelwise() {}

  private interface Block {
    void accept(int first, int length);
  }

  private static void forEachBlock(int count, int threads, Block block) {
    int blocks = (count - 1) / BLOCK + 1;
    ParallelFor.run(
        blocks, threads, () -> i -> block.accept(i * BLOCK, Math.min(BLOCK, count - i * BLOCK)));
  }

  static void window(
      FloatBuffer hu, FloatBuffer target, int count, IntensityWindow window, int threads) {
    forEachBlock(
        count,
        threads,
        (first, length) -> {
          float[] values = new float[length];
          hu.get(hu.position() + first, values);
          apply(values, window);
          target.put(target.position() + first, values);
        });
  }

  static void window(
      ShortBuffer stored,
      Rescale rescale,
      FloatBuffer target,
      int count,
      IntensityWindow window,
      int threads) {
    forEachBlock(
        count,
        threads,
        (first, length) -> {
          float[] values = new float[length];
          for (int i = 0; i < length; i++) {
            short value = stored.get(stored.position() + first + i);
            values[i] = (float) (rescale.slope() * value + rescale.intercept());
          }
          apply(values, window);
          target.put(target.position() + first, values);
        });
  }

  private static void apply(float[] hu, IntensityWindow window) {
    double factor = 2 / (window.high() - window.low());
    for (int i = 0; i < hu.length; i++) {
      double clipped = Math.min(Math.max(hu[i], window.clipMin()), window.clipMax());
      hu[i] = (float) ((clipped - window.low()) * factor - 1);
    }
  }

  static void threshold(
      FloatBuffer probability, double threshold, ByteBuffer mask, int count, int threads) {
    forEachBlock(
        count,
        threads,
        (first, length) -> {
          float[] values = new float[length];
          byte[] inside = new byte[length];
          probability.get(probability.position() + first, values);
          for (int i = 0; i < length; i++) {
            inside[i] = values[i] > threshold ? (byte) 1 : 0;
          }
          mask.put(mask.position() + first, inside);
        });
  }

  static void argmax(FloatBuffer logits, ByteBuffer mask, int count, int threads) {
    forEachBlock(
        count,
        threads,
        (first, length) -> {
          float[] values = new float[2 * length];
          byte[] inside = new byte[length];
          logits.get(logits.position() + 2 * first, values);
          for (int i = 0; i < length; i++) {
            inside[i] = values[2 * i + 1] > values[2 * i] ? (byte) 1 : 0;
          }
          mask.put(mask.position() + first, inside);
        });
  }
}
