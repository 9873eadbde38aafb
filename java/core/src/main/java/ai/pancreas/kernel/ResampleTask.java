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
    KernelArguments.checkSource("source", source, sourceSize.count());
    KernelArguments.checkTarget("target", target, targetSize.count());
    KernelArguments.checkThreads(threads);
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
}
