package ai.pancreas.kernel;

import java.nio.FloatBuffer;

/**
 * The compute kernels. {@link JavaKernels} is always there and is the reference; {@code
 * NativeKernels} does the same in C++. All implementations are stateless and thread-safe.
 *
 * <p>Buffers are used from their position on, which is not changed; direct buffers reach native
 * code without a copy.
 */
public interface Kernels {

  /** A short name for logs, such as {@code java} or {@code native avx2}. */
  String name();

  /**
   * Resamples a volume, each axis with a filter of its own.
   *
   * @param source [z][y][x], row-major
   * @param sourceSize the sizes of the source
   * @param target [z][y][x], row-major; must not overlap the source
   * @param targetSize the sizes of the target
   * @param filters the filter of each axis
   * @param threads the number of threads to use, at least 1; the result does not depend on it
   * @throws IllegalArgumentException if a size is not positive, an axis without a filter changes
   *     its size, or a buffer is too small
   */
  void resample(
      FloatBuffer source,
      Size3 sourceSize,
      FloatBuffer target,
      Size3 targetSize,
      Filters3 filters,
      int threads);
}
