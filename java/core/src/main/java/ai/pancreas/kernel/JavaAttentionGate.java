package ai.pancreas.kernel;

import java.nio.FloatBuffer;
import java.util.function.IntConsumer;

/** Gates one slice at a time, in double and as the definition reads. */
final class JavaAttentionGate {
  private final FloatBuffer source;
  private final ImageShape shape;
  private final FloatBuffer gating;
  private final ImageShape gatingShape;
  private final FloatBuffer target;
  private final ImageShape thetaShape;
  private final float[] theta;
  private final float[] phi;
  private final float[] phiBias;
  private final float[] psi;
  private final float psiBias;

  JavaAttentionGate(
      FloatBuffer source,
      ImageShape shape,
      FloatBuffer gating,
      ImageShape gatingShape,
      AttentionGateWeights weights,
      FloatBuffer target) {
    this.source = source;
    this.shape = shape;
    this.gating = gating;
    this.gatingShape = gatingShape;
    this.target = target;
    this.thetaShape = shape.halved().withChannels(weights.inner());
    this.theta = array(weights.theta(), 4 * weights.channels() * weights.inner());
    this.phi = array(weights.phi(), weights.gatingChannels() * weights.inner());
    this.phiBias = array(weights.phiBias(), weights.inner());
    this.psi = array(weights.psi(), weights.inner());
    this.psiBias = weights.psiBias();
  }

  private static float[] array(FloatBuffer buffer, int count) {
    float[] values = new float[count];
    buffer.get(buffer.position(), values);
    return values;
  }

  /** Makes the target slice of a given index; holds its own working memory, for one thread. */
  IntConsumer newWorker() {
    float[] x = new float[shape.rows() * shape.columns() * shape.channels()];
    float[] g = new float[gatingShape.rows() * gatingShape.columns() * gatingShape.channels()];
    double[][] projected = new double[gatingShape.rows() * gatingShape.columns()][phiBias.length];
    double[] sums = new double[phiBias.length];
    return slice -> {
      source.get(source.position() + slice * x.length, x);
      gating.get(gating.position() + slice * g.length, g);
      for (int pixel = 0; pixel < projected.length; pixel++) {
        for (int i = 0; i < phiBias.length; i++) {
          projected[pixel][i] = phiBias[i];
        }
        addProducts(
            g, pixel * gatingShape.channels(), gatingShape.channels(), phi, 0, projected[pixel]);
      }
      int factor = thetaShape.rows() / gatingShape.rows();
      for (int row = 0; row < thetaShape.rows(); row++) {
        for (int column = 0; column < thetaShape.columns(); column++) {
          int pixel = row / factor * gatingShape.columns() + column / factor;
          System.arraycopy(projected[pixel], 0, sums, 0, sums.length);
          multiplyWindow(x, row, column, attention(x, row, column, sums));
        }
      }
      target.put(target.position() + slice * x.length, x);
    };
  }

  /** sigmoid(psi . relu(theta + phi) + psiBias), where {@code sums} comes with phi. */
  private double attention(float[] x, int row, int column, double[] sums) {
    int channels = shape.channels();
    for (int tap = 0; tap < 4; tap++) {
      int y = 2 * row + tap / 2;
      int xIndex = 2 * column + tap % 2;
      if (y < shape.rows() && xIndex < shape.columns()) {
        int first = (y * shape.columns() + xIndex) * channels;
        addProducts(x, first, channels, theta, tap * channels * sums.length, sums);
      }
    }
    double logit = psiBias;
    for (int i = 0; i < sums.length; i++) {
      logit += (sums[i] < 0 ? 0 : sums[i]) * psi[i];
    }
    return 1 / (1 + Math.exp(-logit));
  }

  /** sums += in[first ...] x weights[input][sum] */
  private static void addProducts(
      float[] in, int first, int count, float[] weights, int firstWeight, double[] sums) {
    for (int k = 0; k < count; k++) {
      double value = in[first + k];
      for (int i = 0; i < sums.length; i++) {
        sums[i] += value * weights[firstWeight + k * sums.length + i];
      }
    }
  }

  private void multiplyWindow(float[] x, int row, int column, double attention) {
    for (int y = 2 * row; y < Math.min(2 * row + 2, shape.rows()); y++) {
      int first = (y * shape.columns() + 2 * column) * shape.channels();
      int columns = Math.min(2, shape.columns() - 2 * column);
      for (int i = first; i < first + columns * shape.channels(); i++) {
        x[i] = (float) (x[i] * attention);
      }
    }
  }
}
