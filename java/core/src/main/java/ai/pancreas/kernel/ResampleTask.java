package ai.pancreas.kernel;

import java.nio.FloatBuffer;
import java.util.Objects;

/** The arguments of {@link Kernels#resample}, checked. */
record ResampleTask(
    FloatBuffer source,
    Size3 sourceSize,
    FloatBuffer target,
    Size3 targetSize,
    Filters3 filters,
    int threads) {

  ResampleTask {
    Objects.requireNonNull(filters, "filters");
    checkAxis("z", filters.z(), sourceSize.z(), targetSize.z());
    checkAxis("y", filters.y(), sourceSize.y(), targetSize.y());
    checkAxis("x", filters.x(), sourceSize.x(), targetSize.x());
    checkBuffer("source", source, sourceSize);
    checkBuffer("target", target, targetSize);
    if (target.isReadOnly()) {
      throw new IllegalArgumentException("the target is read-only");
    }
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, not " + threads);
    }
  }

  private static void checkAxis(String axis, Filter filter, int source, int target) {
    if (Math.max(source, target) > Kernels.MAX_AXIS) {
      throw new IllegalArgumentException(
          axis + " has at most " + Kernels.MAX_AXIS + " values: " + source + " to " + target);
    }
    if (filter == Filter.NONE && source != target) {
      throw new IllegalArgumentException(
          axis + " has no filter and cannot change from " + source + " to " + target);
    }
  }

  private static void checkBuffer(String name, FloatBuffer buffer, Size3 size) {
    if (buffer.remaining() < size.count()) {
      throw new IllegalArgumentException(
          "the " + name + " holds " + buffer.remaining() + " values of " + size.count());
    }
  }
}
