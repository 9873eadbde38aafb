package ai.pancreas.kernel;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.IntConsumer;

/** Makes one row of the probability at a time, in double and layer by layer. */
final class JavaDeepSupervisionHead {
  private final List<DeepSupervisionLevel> levels;
  private final ConvolutionWeights head;
  private final Size3 size;
  private final FloatBuffer probability;

  JavaDeepSupervisionHead(
      List<DeepSupervisionLevel> levels,
      ConvolutionWeights head,
      Size3 size,
      FloatBuffer probability) {
    this.levels = List.copyOf(levels);
    this.head = head;
    this.size = size;
    this.probability = probability;
  }

  /** The number of rows, of all slices. */
  int items() {
    return Math.multiplyExact(size.z(), size.y());
  }

  /** Makes the row of a given number; holds its own working memory, for one thread. */
  IntConsumer newWorker() {
    double[] concatenated = new double[2 * levels.size()];
    float[] row = new float[size.x()];
    return item -> {
      for (int x = 0; x < size.x(); x++) {
        for (int level = 0; level < levels.size(); level++) {
          int factor = levels.get(level).factor();
          int mapRow = item / size.y() * (size.y() / factor) + item % size.y() / factor;
          int pixel = mapRow * (size.x() / factor) + x / factor;
          for (int m = 0; m < 2; m++) {
            concatenated[2 * level + m] = twoChannels(levels.get(level), pixel, m);
          }
        }
        // Softmax over two channels.
        row[x] = (float) (1 / (1 + Math.exp(logit(concatenated, 0) - logit(concatenated, 1))));
      }
      probability.put(probability.position() + item * row.length, row);
    };
  }

  private static double twoChannels(DeepSupervisionLevel level, int pixel, int output) {
    FloatBuffer map = level.map();
    FloatBuffer kernel = level.weights().kernel();
    int channels = level.weights().inputs();
    int first = map.position() + pixel * channels;
    double sum = level.weights().bias().get(level.weights().bias().position() + output);
    for (int c = 0; c < channels; c++) {
      sum += (double) map.get(first + c) * kernel.get(kernel.position() + 2 * c + output);
    }
    return sum;
  }

  private double logit(double[] concatenated, int output) {
    double sum = head.bias().get(head.bias().position() + output);
    for (int k = 0; k < concatenated.length; k++) {
      sum += concatenated[k] * head.kernel().get(head.kernel().position() + 2 * k + output);
    }
    return sum;
  }
}
