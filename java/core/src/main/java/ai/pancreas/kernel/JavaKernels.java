package ai.pancreas.kernel;

import java.nio.FloatBuffer;

/** The reference kernels: no native code, any buffer. */
final class JavaKernels implements Kernels {

  @Override
  public String name() {
    return "java";
  }

  @Override
  public void resample(
      FloatBuffer source,
      Size3 sourceSize,
      FloatBuffer target,
      Size3 targetSize,
      Filters3 filters,
      int threads) {
    JavaResampler resampler =
        new JavaResampler(
            new ResampleTask(source, sourceSize, target, targetSize, filters, threads));
    ParallelFor.run(targetSize.z(), threads, resampler::newWorker);
  }
}
