package ai.pancreas.train;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * A smooth displacement: a uniform cubic B-spline over a coarse grid of random nodes. Immutable and
 * thread-safe.
 *
 * @param cells cells along each axis, which {@code cells + 3} nodes control
 * @param rowNodes displacement along rows of each node, [row][column], in pixels; empty where there
 *     is no displacement
 * @param columnNodes displacement along columns likewise
 */
record ElasticGrid(int cells, double[] rowNodes, double[] columnNodes) {

  /** No displacement. */
  static final ElasticGrid NONE = new ElasticGrid(0, new double[0], new double[0]);

  /** Nodes drawn from a normal distribution. */
  static ElasticGrid random(int cells, double standardDeviation, RandomGenerator random) {
    int nodes = (cells + 3) * (cells + 3);
    double[] rowNodes = new double[nodes];
    double[] columnNodes = new double[nodes];
    for (int i = 0; i < nodes; i++) {
      rowNodes[i] = standardDeviation * random.nextGaussian();
      columnNodes[i] = standardDeviation * random.nextGaussian();
    }
    return new ElasticGrid(cells, rowNodes, columnNodes);
  }

  /**
   * The displacements of one row of pixels.
   *
   * @param alongRows {@code columns} values to be written
   * @param alongColumns {@code columns} values to be written
   */
  void displacements(int row, int rows, int columns, double[] alongRows, double[] alongColumns) {
    if (cells == 0) {
      Arrays.fill(alongRows, 0, columns, 0);
      Arrays.fill(alongColumns, 0, columns, 0);
      return;
    }
    int width = cells + 3;
    double[] weights = new double[4];
    int first = weights(row, rows, weights);
    double[] rowLine = new double[width];
    double[] columnLine = new double[width];
    for (int k = 0; k < 4; k++) {
      for (int node = 0; node < width; node++) {
        rowLine[node] += weights[k] * rowNodes[(first + k) * width + node];
        columnLine[node] += weights[k] * columnNodes[(first + k) * width + node];
      }
    }
    for (int column = 0; column < columns; column++) {
      int start = weights(column, columns, weights);
      double alongRow = 0;
      double alongColumn = 0;
      for (int k = 0; k < 4; k++) {
        alongRow += weights[k] * rowLine[start + k];
        alongColumn += weights[k] * columnLine[start + k];
      }
      alongRows[column] = alongRow;
      alongColumns[column] = alongColumn;
    }
  }

  /** Writes the weights of the four nodes around a pixel, and returns the first of these nodes. */
  private int weights(int pixel, int pixels, double[] weights) {
    double place = (pixel + 0.5) * cells / pixels;
    int cell = (int) place;
    double t = place - cell;
    double s = 1 - t;
    weights[0] = s * s * s / 6;
    weights[1] = (3 * t * t * t - 6 * t * t + 4) / 6;
    weights[2] = (3 * s * s * s - 6 * s * s + 4) / 6;
    weights[3] = t * t * t / 6;
    return cell;
  }
}
