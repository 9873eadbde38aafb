package ai.pancreas.tensorflow;

import ai.pancreas.model.ResidualBlock;
import ai.pancreas.model.Segmentation2024;
import ai.pancreas.model.Tensor;
import ai.pancreas.model.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The networks of 2024 as their definitions read, in float64 and as slowly as that takes. Volumes
 * that go through together are [volume][row][column][slice][channel].
 */
public final class ReferenceVolumeNetwork {
  /** Some volumes of one size. */
  private record Volumes(
      int count, int rows, int columns, int slices, int channels, double[] values) {
    Volumes(int count, int rows, int columns, int slices, int channels) {
      this(
          count,
          rows,
          columns,
          slices,
          channels,
          new double[count * rows * columns * slices * channels]);
    }

    Volumes like(int otherChannels) {
      return new Volumes(count, rows, columns, slices, otherChannels);
    }

    int index(int n, int r, int c, int s, int k) {
      return (((n * rows + r) * columns + c) * slices + s) * channels + k;
    }

    double at(int n, int r, int c, int s, int k) {
      return r < 0 || c < 0 || s < 0 || r >= rows || c >= columns || s >= slices
          ? 0
          : values[index(n, r, c, s, k)];
    }
  }

  private interface Value {
    double at(int volume, int row, int column, int slice, int channel);
  }

  private final List<Integer> filters;
  private final Weights weights;
  private final boolean byBatch;
  private final Map<String, double[]> batchStatistics = new LinkedHashMap<>();

  private ReferenceVolumeNetwork(List<Integer> filters, Weights weights, boolean byBatch) {
    this.filters = filters;
    this.weights = weights;
    this.byBatch = byBatch;
  }

  /** A network that normalises by the statistics among its weights. */
  public static ReferenceVolumeNetwork inference(List<Integer> filters, Weights weights) {
    return new ReferenceVolumeNetwork(filters, weights, false);
  }

  /** A network that normalises by the statistics of what it is given. */
  public static ReferenceVolumeNetwork training(List<Integer> filters, Weights weights) {
    return new ReferenceVolumeNetwork(filters, weights, true);
  }

  /** What training measured last: by the names of the means and variances. */
  public Map<String, double[]> batchStatistics() {
    return batchStatistics;
  }

  /**
   * What classification takes the sigmoid of.
   *
   * @param input [volume][slice][row][column]
   */
  public double[] classify(double[] input, int count, int slices, int rows, int columns) {
    List<Volumes> levels = encoder(volumes(input, count, slices, rows, columns));
    Volumes last = levels.get(levels.size() - 1);
    int features = last.values.length / count;
    double[] logits = new double[count];
    for (int n = 0; n < count; n++) {
      logits[n] = values("dense/bias")[0];
      for (int i = 0; i < features; i++) {
        logits[n] += last.values[n * features + i] * values("dense/kernel")[i];
      }
    }
    return logits;
  }

  /** The probability of pancreas, [slice][row][column] like the input. */
  public double[] segment(double[] input, int slices, int rows, int columns) {
    int levels = filters.size();
    List<Volumes> skips = encoder(volumes(input, 1, slices, rows, columns));
    Volumes x = skips.get(levels - 1);
    Volumes maps = new Volumes(1, rows, columns, slices, 0);
    for (int level = levels - 2; level >= 0; level--) {
      String decoder = "decoder" + level;
      Volumes up = transposed(x, decoder + "/up");
      Volumes skip = skips.get(level);
      if (Segmentation2024.isGated(level, levels)) {
        skip = gate(skip, up, decoder + "/gate/");
      }
      x = block(concat(up, skip), decoder);
      maps = concat(maps, softmax(upSample(convolve(x, "dsv" + level), 1 << level)));
    }
    Volumes classes = softmax(convolve(maps, "head"));
    double[] probability = new double[slices * rows * columns];
    forEach(
        classes.like(1),
        (n, r, c, s, k) -> probability[(s * rows + r) * columns + c] = classes.at(0, r, c, s, 1));
    return probability;
  }

  private static Volumes volumes(double[] input, int count, int slices, int rows, int columns) {
    return forEach(
        new Volumes(count, rows, columns, slices, 1),
        (n, r, c, s, k) -> input[((n * slices + s) * rows + r) * columns + c]);
  }

  private List<Volumes> encoder(Volumes x) {
    List<Volumes> outputs = new ArrayList<>();
    for (int level = 0; level < filters.size(); level++) {
      x = block(level == 0 ? x : maxPool(x), "encoder" + level);
      outputs.add(x);
    }
    return outputs;
  }

  private Volumes block(Volumes x, String name) {
    Volumes hidden = leakyRelu(norm(convolve(x, name + "/conv0"), name + "/norm0"));
    Volumes main = norm(convolve(hidden, name + "/conv1"), name + "/norm1");
    Volumes shortcut =
        x.channels == main.channels
            ? x
            : norm(convolve(x, name + "/shortcut"), name + "/shortcutNorm");
    return leakyRelu(sum(main, shortcut));
  }

  private Volumes gate(Volumes skip, Volumes gating, String name) {
    Volumes hidden = leakyRelu(sum(convolve(skip, name + "theta"), convolve(gating, name + "phi")));
    Volumes psi = convolve(hidden, name + "psi");
    Volumes gated =
        forEach(
            skip.like(skip.channels),
            (n, r, c, s, k) -> skip.at(n, r, c, s, k) / (1 + Math.exp(-psi.at(n, r, c, s, 0))));
    return norm(convolve(gated, name + "w"), name + "norm");
  }

  private Volumes convolve(Volumes x, String name) {
    List<Integer> shape = weights.get(name + "/kernel").shape();
    float[] kernel = values(name + "/kernel");
    int size = shape.get(0);
    int out = shape.get(4);
    int before = size / 2;
    return forEach(
        x.like(out),
        (n, r, c, s, k) -> {
          double sum = name.endsWith("theta") ? 0 : values(name + "/bias")[k];
          for (int i = 0; i < size * size * size; i++) {
            int row = r + i / (size * size) - before;
            int column = c + i / size % size - before;
            int slice = s + i % size - before;
            for (int m = 0; m < x.channels; m++) {
              sum += x.at(n, row, column, slice, m) * kernel[(i * x.channels + m) * out + k];
            }
          }
          return sum;
        });
  }

  /** Kernel 4, stride 2, "same": input i reaches the outputs 2 i - 1 to 2 i + 2 on each axis. */
  private Volumes transposed(Volumes x, String name) {
    Tensor kernel = weights.get(name + "/kernel");
    int out = kernel.shape().get(3);
    Volumes y =
        forEach(
            new Volumes(x.count, 2 * x.rows, 2 * x.columns, 2 * x.slices, out),
            (n, r, c, s, k) -> values(name + "/bias")[k]);
    forEach(
        x.like(x.channels),
        (n, r, c, s, m) -> {
          for (int i = 0; i < 64; i++) {
            int row = 2 * r + i / 16 - 1;
            int column = 2 * c + i / 4 % 4 - 1;
            int slice = 2 * s + i % 4 - 1;
            if (row < 0 || column < 0 || slice < 0) {
              continue;
            }
            if (row < y.rows && column < y.columns && slice < y.slices) {
              for (int k = 0; k < out; k++) {
                y.values[y.index(n, row, column, slice, k)] +=
                    x.at(n, r, c, s, m) * kernel.values()[(i * out + k) * x.channels + m];
              }
            }
          }
          return 0;
        });
    return y;
  }

  private Volumes norm(Volumes x, String name) {
    double[] mean = doubles(name + "/mean");
    double[] variance = doubles(name + "/variance");
    if (byBatch) {
      int voxels = x.values.length / x.channels;
      mean = new double[x.channels];
      variance = new double[x.channels];
      for (int i = 0; i < x.values.length; i++) {
        mean[i % x.channels] += x.values[i] / voxels;
      }
      for (int i = 0; i < x.values.length; i++) {
        double difference = x.values[i] - mean[i % x.channels];
        variance[i % x.channels] += difference * difference / voxels;
      }
      batchStatistics.put(name + "/mean", mean);
      batchStatistics.put(name + "/variance", variance);
    }
    double[] y = new double[x.values.length];
    for (int i = 0; i < y.length; i++) {
      int k = i % x.channels;
      y[i] =
          values(name + "/gamma")[k]
                  * (x.values[i] - mean[k])
                  / Math.sqrt(variance[k] + ResidualBlock.EPSILON)
              + values(name + "/beta")[k];
    }
    return new Volumes(x.count, x.rows, x.columns, x.slices, x.channels, y);
  }

  private static Volumes leakyRelu(Volumes x) {
    return forEach(
        x.like(x.channels),
        (n, r, c, s, k) -> {
          double value = x.at(n, r, c, s, k);
          return value > 0 ? value : ResidualBlock.NEGATIVE_SLOPE * value;
        });
  }

  private static Volumes sum(Volumes a, Volumes b) {
    return forEach(
        a.like(a.channels), (n, r, c, s, k) -> a.at(n, r, c, s, k) + b.at(n, r, c, s, k));
  }

  private static Volumes maxPool(Volumes x) {
    return forEach(
        new Volumes(x.count, x.rows / 2, x.columns / 2, x.slices / 2, x.channels),
        (n, r, c, s, k) -> {
          double largest = Double.NEGATIVE_INFINITY;
          for (int i = 0; i < 8; i++) {
            largest =
                Math.max(largest, x.at(n, 2 * r + i / 4, 2 * c + i / 2 % 2, 2 * s + i % 2, k));
          }
          return largest;
        });
  }

  private static Volumes upSample(Volumes x, int by) {
    return forEach(
        new Volumes(x.count, by * x.rows, by * x.columns, by * x.slices, x.channels),
        (n, r, c, s, k) -> x.at(n, r / by, c / by, s / by, k));
  }

  private static Volumes concat(Volumes a, Volumes b) {
    return forEach(
        a.like(a.channels + b.channels),
        (n, r, c, s, k) -> k < a.channels ? a.at(n, r, c, s, k) : b.at(n, r, c, s, k - a.channels));
  }

  private static Volumes softmax(Volumes x) {
    return forEach(
        x.like(2),
        (n, r, c, s, k) -> 1 / (1 + Math.exp(x.at(n, r, c, s, 1 - k) - x.at(n, r, c, s, k))));
  }

  private static Volumes forEach(Volumes target, Value value) {
    for (int n = 0; n < target.count; n++) {
      for (int r = 0; r < target.rows; r++) {
        for (int c = 0; c < target.columns; c++) {
          for (int s = 0; s < target.slices; s++) {
            for (int k = 0; k < target.channels; k++) {
              target.values[target.index(n, r, c, s, k)] = value.at(n, r, c, s, k);
            }
          }
        }
      }
    }
    return target;
  }

  private float[] values(String name) {
    return weights.get(name).values();
  }

  private double[] doubles(String name) {
    float[] values = values(name);
    double[] doubles = new double[values.length];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }
}
