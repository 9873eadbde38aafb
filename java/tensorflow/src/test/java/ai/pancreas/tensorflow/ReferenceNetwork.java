package ai.pancreas.tensorflow;

import ai.pancreas.model.Segmentation2021;
import ai.pancreas.model.Tensor;
import ai.pancreas.model.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code segmentation-2021} as its definition reads, in float64 and as slowly as that takes. Images
 * are [row][column][channel].
 */
public final class ReferenceNetwork {
  private final List<Integer> filters;
  private final Weights weights;

  /** A network with these filters and weights. */
  public ReferenceNetwork(List<Integer> filters, Weights weights) {
    this.filters = filters;
    this.weights = weights;
  }

  /** The probability of pancreas, [row][column], of one slice. */
  public double[][] run(double[][] slice) {
    int levels = filters.size();
    double[][][] x = new double[slice.length][slice[0].length][1];
    forEach(x, (r, c, k) -> slice[r][c], x);
    List<double[][][]> skips = new ArrayList<>();
    for (int level = 0; level < levels; level++) {
      if (level > 0) {
        x = maxPool(x);
      }
      x = pair(x, "encoder" + level);
      skips.add(x);
    }
    double[][][] gating = convolve(x, "gating", 1);
    double[][][] maps = new double[slice.length][slice[0].length][0];
    for (int level = levels - 2; level >= 0; level--) {
      String decoder = "decoder" + level;
      double[][][] up = transposed(x, decoder + "/up");
      double[][][] skip = skips.get(level);
      if (Segmentation2021.isGated(level, levels)) {
        skip = gate(skip, gating, decoder + "/gate/");
      }
      x = pair(concat(up, skip), decoder);
      maps = concat(maps, upSample(convolve(x, "dsv" + level, 1), slice.length));
    }
    double[][][] logits = convolve(maps, "head", 1);
    double[][] probability = new double[slice.length][slice[0].length];
    for (int r = 0; r < slice.length; r++) {
      for (int c = 0; c < slice[0].length; c++) {
        probability[r][c] = 1 / (1 + Math.exp(logits[r][c][0] - logits[r][c][1]));
      }
    }
    return probability;
  }

  private double[][][] gate(double[][][] skip, double[][][] gating, String name) {
    double[][][] theta = convolve(skip, name + "theta", 2);
    double[][][] phi = upSample(convolve(gating, name + "phi", 1), theta.length);
    forEach(theta, (r, c, k) -> Math.max(0, theta[r][c][k] + phi[r][c][k]), theta);
    double[][][] psi = upSample(convolve(theta, name + "psi", 1), skip.length);
    double[][][] gated = like(skip);
    forEach(skip, (r, c, k) -> skip[r][c][k] / (1 + Math.exp(-psi[r][c][0])), gated);
    return convolve(gated, name + "w", 1);
  }

  private double[][][] pair(double[][][] x, String name) {
    return relu(convolve(relu(convolve(x, name + "/conv0", 1)), name + "/conv1", 1));
  }

  /** "Same" convolution: an odd kernel is centred, an even one of the stride's size is aligned. */
  private double[][][] convolve(double[][][] x, String name, int stride) {
    Tensor kernel = weights.get(name + "/kernel");
    int size = kernel.shape().get(0);
    int in = kernel.shape().get(3);
    int out = kernel.shape().get(4);
    int before = (size - 1) / 2;
    double[][][] y = new double[x.length / stride][x[0].length / stride][out];
    forEach(
        y,
        (r, c, k) -> {
          double sum = name.endsWith("theta") ? 0 : weights.get(name + "/bias").values()[k];
          for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
              int row = r * stride + i - before;
              int column = c * stride + j - before;
              if (row >= 0 && row < x.length && column >= 0 && column < x[0].length) {
                for (int m = 0; m < in; m++) {
                  sum += x[row][column][m] * kernel.values()[((i * size + j) * in + m) * out + k];
                }
              }
            }
          }
          return sum;
        },
        y);
    return y;
  }

  /** Kernel 4, stride 2, "same": input r reaches the outputs 2 r - 1 to 2 r + 2. */
  private double[][][] transposed(double[][][] x, String name) {
    Tensor kernel = weights.get(name + "/kernel");
    float[] bias = weights.get(name + "/bias").values();
    int out = kernel.shape().get(3);
    int in = kernel.shape().get(4);
    double[][][] y = new double[2 * x.length][2 * x[0].length][out];
    forEach(y, (r, c, k) -> bias[k], y);
    forEach(
        x,
        (r, c, m) -> {
          for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 4; j++) {
              int row = 2 * r + i - 1;
              int column = 2 * c + j - 1;
              if (row >= 0 && row < y.length && column >= 0 && column < y[0].length) {
                for (int k = 0; k < out; k++) {
                  y[row][column][k] +=
                      x[r][c][m] * kernel.values()[((i * 4 + j) * out + k) * in + m];
                }
              }
            }
          }
          return x[r][c][m];
        },
        x);
    return y;
  }

  private static double[][][] maxPool(double[][][] x) {
    double[][][] y = new double[x.length / 2][x[0].length / 2][x[0][0].length];
    forEach(
        y,
        (r, c, k) ->
            Math.max(
                Math.max(x[2 * r][2 * c][k], x[2 * r][2 * c + 1][k]),
                Math.max(x[2 * r + 1][2 * c][k], x[2 * r + 1][2 * c + 1][k])),
        y);
    return y;
  }

  private static double[][][] upSample(double[][][] x, int rows) {
    int factor = rows / x.length;
    double[][][] y = new double[rows][factor * x[0].length][x[0][0].length];
    forEach(y, (r, c, k) -> x[r / factor][c / factor][k], y);
    return y;
  }

  private static double[][][] concat(double[][][] a, double[][][] b) {
    int channels = a[0][0].length;
    double[][][] y = new double[a.length][a[0].length][channels + b[0][0].length];
    forEach(y, (r, c, k) -> k < channels ? a[r][c][k] : b[r][c][k - channels], y);
    return y;
  }

  private static double[][][] relu(double[][][] x) {
    forEach(x, (r, c, k) -> Math.max(0, x[r][c][k]), x);
    return x;
  }

  private static double[][][] like(double[][][] x) {
    return new double[x.length][x[0].length][x[0][0].length];
  }

  private interface Value {
    double at(int row, int column, int channel);
  }

  private static void forEach(double[][][] sizes, Value value, double[][][] target) {
    for (int r = 0; r < sizes.length; r++) {
      for (int c = 0; c < sizes[0].length; c++) {
        for (int k = 0; k < sizes[0][0].length; k++) {
          target[r][c][k] = value.at(r, c, k);
        }
      }
    }
  }
}
