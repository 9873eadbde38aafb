package ai.pancreas.kernel;

import ai.pancreas.internal.ParallelFor;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.List;

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

  @Override
  public void window(
      FloatBuffer hu, FloatBuffer target, int count, IntensityWindow window, int threads) {
    KernelArguments.checkWindow(hu, target, count, threads);
    JavaPixelwise.window(hu, target, count, window, threads);
  }

  @Override
  public void window(
      ShortBuffer stored,
      Rescale rescale,
      FloatBuffer target,
      int count,
      IntensityWindow window,
      int threads) {
    KernelArguments.checkWindow(stored, target, count, threads);
    JavaPixelwise.window(stored, rescale, target, count, window, threads);
  }

  @Override
  public void convolve(
      Convolution convolution,
      FloatBuffer source,
      ImageShape shape,
      ConvolutionWeights weights,
      Activation activation,
      FloatBuffer target,
      int threads) {
    KernelArguments.checkConvolution(convolution, source, shape, weights, target, threads);
    JavaConvolution work =
        new JavaConvolution(convolution, source, shape, weights, activation, target);
    ParallelFor.run(work.items(), threads, work::newWorker);
  }

  @Override
  public void maxPool(FloatBuffer source, ImageShape shape, FloatBuffer target, int threads) {
    KernelArguments.checkMaxPooling(source, shape, target, threads);
    ParallelFor.run(shape.slices(), threads, new JavaMaxPooling(source, shape, target)::newWorker);
  }

  @Override
  public void attentionGate(
      FloatBuffer source,
      ImageShape shape,
      FloatBuffer gating,
      ImageShape gatingShape,
      AttentionGateWeights weights,
      FloatBuffer target,
      int threads) {
    KernelArguments.checkAttentionGate(
        source, shape, gating, gatingShape, weights, target, threads);
    JavaAttentionGate work =
        new JavaAttentionGate(source, shape, gating, gatingShape, weights, target);
    ParallelFor.run(shape.slices(), threads, work::newWorker);
  }

  @Override
  public void deepSupervisionHead(
      List<DeepSupervisionLevel> levels,
      ConvolutionWeights head,
      Size3 size,
      FloatBuffer probability,
      int threads) {
    KernelArguments.checkDeepSupervisionHead(levels, head, size, probability, threads);
    JavaDeepSupervisionHead work = new JavaDeepSupervisionHead(levels, head, size, probability);
    ParallelFor.run(work.items(), threads, work::newWorker);
  }

  @Override
  public void threshold(
      FloatBuffer probability, double threshold, ByteBuffer mask, int count, int threads) {
    KernelArguments.checkThreshold(probability, threshold, mask, count, threads);
    JavaPixelwise.threshold(probability, threshold, mask, count, threads);
  }

  @Override
  public void argmax(FloatBuffer logits, ByteBuffer mask, int count, int threads) {
    KernelArguments.checkArgmax(logits, mask, count, threads);
    JavaPixelwise.argmax(logits, mask, count, threads);
  }

  /** One thread does it all: most of the time goes into reading the mask once. */
  @Override
  public void keepLargestComponent(List<ByteBuffer> slices, int rows, int columns, int threads) {
    KernelArguments.checkLargestComponent(slices, rows, columns, threads);
    LargestComponent.keep(slices, rows, columns);
  }
}
