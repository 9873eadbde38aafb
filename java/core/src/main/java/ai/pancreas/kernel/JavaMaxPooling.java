package ai.pancreas.kernel;

import java.nio.FloatBuffer;
import java.util.function.IntConsumer;

/** Pools one slice at a time. */
final class JavaMaxPooling {
  private final FloatBuffer source;
  private final ImageShape shape;
  private final FloatBuffer target;
  private final ImageShape targetShape;

  JavaMaxPooling(FloatBuffer source, ImageShape shape, FloatBuffer target) {
    this.source = source;
    this.shape = shape;
    this.target = target;
    this.targetShape = shape.halved();
  }

  /** Makes the target slice of a given index; holds its own working memory, for one thread. */
  IntConsumer newWorker() {
    int rowLength = shape.columns() * shape.channels();
    float[] upper = new float[rowLength];
    float[] lower = new float[rowLength];
    float[] out = new float[targetShape.columns() * targetShape.channels()];
    return slice -> {
      for (int row = 0; row < targetShape.rows(); row++) {
        int first = slice * shape.rows() + 2 * row;
        int second = 2 * row + 1 < shape.rows() ? first + 1 : first;
        source.get(source.position() + first * rowLength, upper);
        source.get(source.position() + second * rowLength, lower);
        poolRow(upper, lower, out);
        target.put(target.position() + (slice * targetShape.rows() + row) * out.length, out);
      }
    };
  }

  private void poolRow(float[] upper, float[] lower, float[] out) {
    int channels = shape.channels();
    for (int i = 0; i < out.length; i++) {
      int column = i / channels;
      int left = 2 * column * channels + i % channels;
      int right = 2 * column + 1 < shape.columns() ? left + channels : left;
      float top = larger(upper[left], upper[right]);
      out[i] = larger(larger(top, lower[left]), lower[right]);
    }
  }

  /** The larger one, the first where they are equal, NaN where one is. */
  private static float larger(float first, float second) {
    return second > first || Float.isNaN(second) ? second : first;
  }
}
