package ai.pancreas.kernel;

import java.nio.FloatBuffer;
import java.util.function.IntConsumer;

/**
 * Resamples one target slice at a time: z, then y and x, or x and y where y grows, so that the
 * slice between the two passes is small.
 */
final class JavaResampler {
  private final FloatBuffer source;
  private final FloatBuffer target;
  private final Size3 sourceSize;
  private final Size3 targetSize;
  private final AxisWeights zWeights;
  private final AxisWeights yWeights;
  private final AxisWeights xWeights;

  JavaResampler(ResampleTask task) {
    this.source = task.source();
    this.target = task.target();
    this.sourceSize = task.sourceSize();
    this.targetSize = task.targetSize();
    this.zWeights = AxisWeights.of(task.filters().z(), sourceSize.z(), targetSize.z());
    this.yWeights = AxisWeights.of(task.filters().y(), sourceSize.y(), targetSize.y());
    this.xWeights = AxisWeights.of(task.filters().x(), sourceSize.x(), targetSize.x());
  }

  /** Makes the target slice of a given index; holds its own working memory, for one thread. */
  IntConsumer newWorker() {
    return new Worker();
  }

  private final class Worker implements IntConsumer {
    private final boolean rowsFirst = targetSize.y() <= sourceSize.y();
    private final float[] read = new float[sourceSize.y() * sourceSize.x()];
    private final float[] plane = zWeights.isSelection() ? read : new float[read.length];
    private final float[] between =
        rowsFirst
            ? new float[targetSize.y() * sourceSize.x()]
            : new float[sourceSize.y() * targetSize.x()];
    private final float[] result = new float[targetSize.y() * targetSize.x()];

    @Override
    public void accept(int z) {
      filterSlices(z);
      if (rowsFirst) {
        filterRows(plane, between, sourceSize.x());
        filterColumns(between, sourceSize.x(), result, targetSize.y());
      } else {
        filterColumns(plane, sourceSize.x(), between, sourceSize.y());
        filterRows(between, result, targetSize.x());
      }
      target.put(target.position() + z * result.length, result, 0, result.length);
    }

    private void filterSlices(int z) {
      for (int k = 0; k < zWeights.count(z); k++) {
        int slice = zWeights.first(z) + k;
        source.get(source.position() + slice * read.length, read, 0, read.length);
        if (!zWeights.isSelection()) {
          addWeighted(zWeights.weight(z, k), read, 0, plane, 0, read.length, k == 0);
        }
      }
    }

    /** Along y: each row of {@code out} is a weighted sum of rows of {@code in}. */
    private void filterRows(float[] in, float[] out, int length) {
      for (int y = 0; y < targetSize.y(); y++) {
        if (yWeights.isSelection()) {
          System.arraycopy(in, yWeights.first(y) * length, out, y * length, length);
          continue;
        }
        for (int k = 0; k < yWeights.count(y); k++) {
          int row = yWeights.first(y) + k;
          addWeighted(yWeights.weight(y, k), in, row * length, out, y * length, length, k == 0);
        }
      }
    }

    /** Along x: each row of {@code out} is the filtered row of {@code in}. */
    private void filterColumns(float[] in, int inLength, float[] out, int rows) {
      int outLength = targetSize.x();
      for (int y = 0; y < rows; y++) {
        int inStart = y * inLength;
        int outStart = y * outLength;
        if (xWeights.isIdentity()) {
          System.arraycopy(in, inStart, out, outStart, outLength);
          continue;
        }
        for (int x = 0; x < outLength; x++) {
          int from = inStart + xWeights.first(x);
          if (xWeights.isSelection()) {
            out[outStart + x] = in[from];
            continue;
          }
          float sum = xWeights.weight(x, 0) * in[from];
          int count = xWeights.count(x);
          for (int k = 1; k < count; k++) {
            sum += xWeights.weight(x, k) * in[from + k];
          }
          out[outStart + x] = sum;
        }
      }
    }
  }

  private static void addWeighted(
      float weight, float[] in, int inStart, float[] out, int outStart, int length, boolean first) {
    if (first) {
      for (int i = 0; i < length; i++) {
        out[outStart + i] = weight * in[inStart + i];
      }
    } else {
      for (int i = 0; i < length; i++) {
        out[outStart + i] += weight * in[inStart + i];
      }
    }
  }
}
