package ai.pancreas.benchmarks;

import ai.pancreas.kernel.Filter;
import ai.pancreas.kernel.Filters3;
import ai.pancreas.kernel.Kernels;
import ai.pancreas.kernel.Size3;
import java.nio.FloatBuffer;

/** A kernel at work on inputs of the sizes that it gets in the pipeline or in the network. */
public enum KernelCase {
  /** A CT's slices to the network's grid. */
  RESAMPLE_LINEAR_512_TO_160 {
    @Override
    Runnable prepare(Kernels kernels, int threads) {
      return resampling(kernels, threads, Filter.LINEAR, 512, 160);
    }
  },
  RESAMPLE_LINEAR_160_TO_512 {
    @Override
    Runnable prepare(Kernels kernels, int threads) {
      return resampling(kernels, threads, Filter.LINEAR, 160, 512);
    }
  },
  RESAMPLE_NEAREST_512_TO_160 {
    @Override
    Runnable prepare(Kernels kernels, int threads) {
      return resampling(kernels, threads, Filter.NEAREST, 512, 160);
    }
  },
  RESAMPLE_NEAREST_160_TO_512 {
    @Override
    Runnable prepare(Kernels kernels, int threads) {
      return resampling(kernels, threads, Filter.NEAREST, 160, 512);
    }
  };

  /** Slices that go through the network together. */
  private static final int SLICES = 16;

  /** Makes inputs and outputs once and returns the work on them, which is what is measured. */
  abstract Runnable prepare(Kernels kernels, int threads);

  private static Runnable resampling(
      Kernels kernels, int threads, Filter filter, int from, int to) {
    Size3 sourceSize = new Size3(SLICES, from, from);
    Size3 targetSize = new Size3(SLICES, to, to);
    FloatBuffer source = Floats.random(sourceSize.count(), 1);
    FloatBuffer target = Floats.direct(targetSize.count());
    Filters3 filters = new Filters3(Filter.NONE, filter, filter);
    return () -> kernels.resample(source, sourceSize, target, targetSize, filters, threads);
  }
}
