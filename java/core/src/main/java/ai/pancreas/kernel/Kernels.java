package ai.pancreas.kernel;

import java.nio.FloatBuffer;

/**
 * The compute kernels, in Java and in C++. All implementations are stateless and thread-safe, and
 * give the same results, bit for bit (only the payload of a NaN is left open).
 *
 * <p>Buffers are used from their position on, which is not changed. Direct buffers in native byte
 * order reach native code without a copy; all others are copied.
 */
public interface Kernels {

  /** The longest axis that kernels accept. */
  int MAX_AXIS = 1 << 24;

  /** The fastest kernels of this machine: the native ones where their library loads. */
  static Kernels best() {
    return NativeLibrary.isLoaded() ? new NativeKernels() : new JavaKernels();
  }

  /** The kernels in Java, which are always there. */
  static Kernels reference() {
    return new JavaKernels();
  }

  /** A short name for logs, such as {@code java} or {@code native avx2}. */
  String name();

  /**
   * Resamples a volume, each axis with a filter of its own.
   *
   * <p>The axes are filtered one after the other in float32 with the weights of {@link
   * AxisWeights}: z first, then y and x (x and y where y grows). Each sum runs in the order of the
   * source index. A NaN or infinity reaches exactly the targets whose weights cover it, by the
   * rules of IEEE 754.
   *
   * @param source [z][y][x], row-major
   * @param sourceSize the sizes of the source
   * @param target [z][y][x], row-major; must not overlap the source
   * @param targetSize the sizes of the target
   * @param filters the filter of each axis
   * @param threads the number of threads to use, at least 1; the result does not depend on it
   * @throws IllegalArgumentException if a size is larger than {@link #MAX_AXIS}, an axis without a
   *     filter changes its size, a buffer is too small, or the target is read-only
   */
  void resample(
      FloatBuffer source,
      Size3 sourceSize,
      FloatBuffer target,
      Size3 targetSize,
      Filters3 filters,
      int threads);
}
