package ai.pancreas.kernel;

/**
 * Which source values of an axis make each target value, and with which weights: target {@code i}
 * is the sum over {@code k} in [0, {@code count(i)}) of {@code weight(i, k)} times the source value
 * {@code first(i) + k}. Immutable and thread-safe.
 *
 * <p>With {@link Filter#LINEAR}, source value s has its centre at s + 1/2 and target value i at (i
 * + 1/2) source / target; the triangle reaches max(source, target) / target to both sides. The
 * weight of s before normalisation is thus
 *
 * <pre>1 - |(2 s + 1) target - (2 i + 1) source| / (2 max(source, target))</pre>
 *
 * whose numerators are integers; a weight is one of them divided by their sum. This is TensorFlow's
 * ScaleAndTranslate with {@code kernel_type=triangle, antialias=true} and a translation of 0, and
 * PyTorch's bilinear interpolation with {@code antialias=True, align_corners=False}. Only weights
 * above zero are listed.
 */
public final class AxisWeights {
  private final int[] first;

  /** Where the weights of each target start; one entry more than targets. Null if all are one. */
  private final int[] offset;

  private final float[] weights;
  private final boolean identity;

  private AxisWeights(int[] first, int[] offset, float[] weights, boolean identity) {
    this.first = first;
    this.offset = offset;
    this.weights = weights;
    this.identity = identity;
  }

  /**
   * The weights of an axis.
   *
   * @throws IllegalArgumentException if a size is not in [1, {@link Kernels#MAX_AXIS}], or the
   *     sizes differ and there is no filter
   */
  public static AxisWeights of(Filter filter, int sourceSize, int targetSize) {
    checkSize(sourceSize);
    checkSize(targetSize);
    if (filter == Filter.NONE && sourceSize != targetSize) {
      throw new IllegalArgumentException(
          "an axis without a filter cannot change from " + sourceSize + " to " + targetSize);
    }
    return filter == Filter.LINEAR && sourceSize != targetSize
        ? linear(sourceSize, targetSize)
        : selection(sourceSize, targetSize);
  }

  private static void checkSize(int size) {
    if (size < 1 || size > Kernels.MAX_AXIS) {
      throw new IllegalArgumentException(
          "an axis has 1 to " + Kernels.MAX_AXIS + " values, not " + size);
    }
  }

  private static AxisWeights selection(int sourceSize, int targetSize) {
    int[] first = new int[targetSize];
    for (int i = 0; i < targetSize; i++) {
      first[i] = (int) ((2L * i + 1) * sourceSize / (2L * targetSize));
    }
    return new AxisWeights(first, null, null, sourceSize == targetSize);
  }

  private static AxisWeights linear(int sourceSize, int targetSize) {
    long reach = 2L * Math.max(sourceSize, targetSize);
    int[] first = new int[targetSize];
    int[] offset = new int[targetSize + 1];
    for (int i = 0; i < targetSize; i++) {
      long below = (2L * i + 1) * sourceSize - reach - targetSize;
      long above = (2L * i + 1) * sourceSize + reach - targetSize;
      first[i] = below < 0 ? 0 : (int) (below / (2L * targetSize)) + 1;
      int last = (int) Math.min((above - 1) / (2L * targetSize), sourceSize - 1);
      offset[i + 1] = offset[i] + last - first[i] + 1;
    }
    float[] weights = new float[offset[targetSize]];
    for (int i = 0; i < targetSize; i++) {
      int count = offset[i + 1] - offset[i];
      long sum = 0;
      for (int k = 0; k < count; k++) {
        sum += numerator(i, first[i] + k, sourceSize, targetSize);
      }
      for (int k = 0; k < count; k++) {
        double weight = (double) numerator(i, first[i] + k, sourceSize, targetSize) / sum;
        weights[offset[i] + k] = (float) weight;
      }
    }
    return new AxisWeights(first, offset, weights, false);
  }

  private static long numerator(int target, int source, int sourceSize, int targetSize) {
    long distance = Math.abs((2L * source + 1) * targetSize - (2L * target + 1) * sourceSize);
    return 2L * Math.max(sourceSize, targetSize) - distance;
  }

  /** The number of target values. */
  public int targetSize() {
    return first.length;
  }

  /** Whether each target value is one source value, unchanged. */
  public boolean isSelection() {
    return weights == null;
  }

  /** Whether target value i is source value i. */
  public boolean isIdentity() {
    return identity;
  }

  /** The first source index of a target value. */
  public int first(int target) {
    return first[target];
  }

  /** How many source values make a target value, at least 1. */
  public int count(int target) {
    return isSelection() ? 1 : offset[target + 1] - offset[target];
  }

  /** The weight of source value {@code first(target) + k}. */
  public float weight(int target, int k) {
    return isSelection() ? 1 : weights[offset[target] + k];
  }
}
