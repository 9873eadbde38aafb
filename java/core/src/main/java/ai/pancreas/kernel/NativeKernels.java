package ai.pancreas.kernel;

import ai.pancreas.internal.nativelib.Pancreas;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The kernels in C++; only where {@link NativeLibrary#isLoaded()}. Arrays too large for a direct
 * copy are left to Java.
 */
final class NativeKernels implements Kernels {
  private final Kernels java = new JavaKernels();

  @Override
  public String name() {
    return "native " + NativeLibrary.instructionSet();
  }

  @Override
  public void resample(
      FloatBuffer source,
      Size3 sourceSize,
      FloatBuffer target,
      Size3 targetSize,
      Filters3 filters,
      int threads) {
    ResampleTask task = new ResampleTask(source, sourceSize, target, targetSize, filters, threads);
    if (!Staging.canHold(task.source(), task.target())) {
      java.resample(source, sourceSize, target, targetSize, filters, threads);
      return;
    }
    FloatBuffer out = Staging.target(target, targetSize.count());
    check(
        "resample",
        Pancreas.pnc_resample(
            Staging.source(source, sourceSize.count()),
            sizes(sourceSize),
            out,
            sizes(targetSize),
            IntBuffer.wrap(new int[] {code(filters.z()), code(filters.y()), code(filters.x())}),
            threads));
    Staging.finish(out, target);
  }

  @Override
  public void window(
      FloatBuffer hu, FloatBuffer target, int count, IntensityWindow window, int threads) {
    KernelArguments.checkWindow(hu, target, count, threads);
    if (!Staging.canHold(hu, target)) {
      java.window(hu, target, count, window, threads);
      return;
    }
    FloatBuffer out = Staging.target(target, count);
    check(
        "window",
        Pancreas.pnc_window(
            Staging.source(hu, count),
            out,
            count,
            window.clipMin(),
            window.clipMax(),
            window.low(),
            window.high(),
            threads));
    Staging.finish(out, target);
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
    if (!Staging.canHold(stored, target)) {
      java.window(stored, rescale, target, count, window, threads);
      return;
    }
    FloatBuffer out = Staging.target(target, count);
    check(
        "window",
        Pancreas.pnc_window_stored(
            Staging.source(stored, count),
            rescale.slope(),
            rescale.intercept(),
            out,
            count,
            window.clipMin(),
            window.clipMax(),
            window.low(),
            window.high(),
            threads));
    Staging.finish(out, target);
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
    if (!Staging.canHold(source, weights.kernel(), weights.bias(), target)) {
      java.convolve(convolution, source, shape, weights, activation, target, threads);
      return;
    }
    int outputs = weights.outputs();
    int side = convolution.kernelSize();
    FloatBuffer in = Staging.source(source, shape.count());
    FloatBuffer kernel =
        Staging.source(weights.kernel(), (long) side * side * weights.inputs() * outputs);
    FloatBuffer bias = Staging.source(weights.bias(), outputs);
    FloatBuffer out = Staging.target(target, convolution.target(shape, outputs).count());
    LongBuffer sizes = sizes(shape);
    int code =
        switch (activation) {
          case NONE -> Pancreas.PNC_ACTIVATION_NONE;
          case RELU -> Pancreas.PNC_ACTIVATION_RELU;
        };
    int status =
        switch (convolution) {
          case POINTWISE ->
              Pancreas.pnc_convolution_1x1(in, sizes, kernel, bias, outputs, code, out, threads);
          case SAME_3X3 ->
              Pancreas.pnc_convolution_3x3(in, sizes, kernel, bias, outputs, code, out, threads);
          case HALVING_2X2 ->
              Pancreas.pnc_convolution_2x2(in, sizes, kernel, bias, outputs, code, out, threads);
          case DOUBLING_4X4 ->
              Pancreas.pnc_transposed_convolution_4x4(
                  in, sizes, kernel, bias, outputs, code, out, threads);
        };
    check("convolve", status);
    Staging.finish(out, target);
  }

  @Override
  public void maxPool(FloatBuffer source, ImageShape shape, FloatBuffer target, int threads) {
    KernelArguments.checkMaxPooling(source, shape, target, threads);
    if (!Staging.canHold(source, target)) {
      java.maxPool(source, shape, target, threads);
      return;
    }
    FloatBuffer out = Staging.target(target, shape.halved().count());
    check(
        "maxPool",
        Pancreas.pnc_max_pooling(
            Staging.source(source, shape.count()), sizes(shape), out, threads));
    Staging.finish(out, target);
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
    if (!Staging.canHold(source, gating, weights.theta(), weights.phi(), target)) {
      java.attentionGate(source, shape, gating, gatingShape, weights, target, threads);
      return;
    }
    int inner = weights.inner();
    FloatBuffer out = Staging.target(target, shape.count());
    check(
        "attentionGate",
        Pancreas.pnc_attention_gate(
            Staging.source(source, shape.count()),
            sizes(shape),
            Staging.source(gating, gatingShape.count()),
            sizes(gatingShape),
            inner,
            Staging.source(weights.theta(), 4L * weights.channels() * inner),
            Staging.source(weights.phi(), (long) weights.gatingChannels() * inner),
            Staging.source(weights.phiBias(), inner),
            Staging.source(weights.psi(), inner),
            weights.psiBias(),
            out,
            threads));
    Staging.finish(out, target);
  }

  @Override
  public void deepSupervisionHead(
      List<DeepSupervisionLevel> levels,
      ConvolutionWeights head,
      Size3 size,
      FloatBuffer probability,
      int threads) {
    KernelArguments.checkDeepSupervisionHead(levels, head, size, probability, threads);
    if (!levels.stream().allMatch(level -> Staging.canHold(level.map(), probability))) {
      java.deepSupervisionHead(levels, head, size, probability, threads);
      return;
    }
    int channels = levels.stream().mapToInt(level -> level.weights().inputs()).sum();
    FloatBuffer kernels = Staging.allocate(2 * channels);
    FloatBuffer biases = Staging.allocate(2 * levels.size());
    for (DeepSupervisionLevel level : levels) {
      ConvolutionWeights weights = level.weights();
      kernels.put(weights.kernel().slice(weights.kernel().position(), 2 * weights.inputs()));
      biases.put(weights.bias().slice(weights.bias().position(), 2));
    }
    FloatBuffer out = Staging.target(probability, size.count());
    List<FloatBuffer> maps = new ArrayList<>();
    for (DeepSupervisionLevel level : levels) {
      maps.add(Staging.source(level.map(), KernelArguments.mapShape(level, size).count()));
    }
    long[] channelCounts = levels.stream().mapToLong(level -> level.weights().inputs()).toArray();
    long[] factors = levels.stream().mapToLong(DeepSupervisionLevel::factor).toArray();
    try (BufferAddresses addresses = BufferAddresses.ofFloats(maps)) {
      check(
          "deepSupervisionHead",
          Pancreas.pnc_deep_supervision_head(
              levels.size(),
              addresses.get(),
              LongBuffer.wrap(channelCounts),
              LongBuffer.wrap(factors),
              kernels.rewind(),
              biases.rewind(),
              Staging.source(head.kernel(), 4L * levels.size()),
              Staging.source(head.bias(), 2),
              out,
              sizes(size),
              threads));
    }
    Staging.finish(out, probability);
  }

  @Override
  public void threshold(
      FloatBuffer probability, double threshold, ByteBuffer mask, int count, int threads) {
    KernelArguments.checkThreshold(probability, threshold, mask, count, threads);
    if (!Staging.canHold(probability, mask)) {
      java.threshold(probability, threshold, mask, count, threads);
      return;
    }
    ByteBuffer out = Staging.target(mask, count);
    check(
        "threshold",
        Pancreas.pnc_threshold(Staging.source(probability, count), threshold, out, count, threads));
    Staging.finish(out, mask);
  }

  @Override
  public void argmax(FloatBuffer logits, ByteBuffer mask, int count, int threads) {
    KernelArguments.checkArgmax(logits, mask, count, threads);
    if (!Staging.canHold(logits, mask)) {
      java.argmax(logits, mask, count, threads);
      return;
    }
    ByteBuffer out = Staging.target(mask, count);
    check("argmax", Pancreas.pnc_argmax(Staging.source(logits, 2L * count), out, count, threads));
    Staging.finish(out, mask);
  }

  /** Masks on the heap stay there: to copy them both ways takes longer than Java's own scan. */
  @Override
  public void keepLargestComponent(List<ByteBuffer> slices, int rows, int columns, int threads) {
    KernelArguments.checkLargestComponent(slices, rows, columns, threads);
    if (!slices.stream().allMatch(ByteBuffer::isDirect)) {
      java.keepLargestComponent(slices, rows, columns, threads);
      return;
    }
    List<ByteBuffer> masks =
        slices.stream().map(slice -> slice.slice(slice.position(), rows * columns)).toList();
    try (BufferAddresses addresses = BufferAddresses.ofBytes(masks)) {
      check(
          "keepLargestComponent",
          Pancreas.pnc_largest_component(
              addresses.get(), sizes(new Size3(slices.size(), rows, columns)), threads));
    }
  }

  private static LongBuffer sizes(Size3 size) {
    return LongBuffer.wrap(new long[] {size.z(), size.y(), size.x()});
  }

  private static LongBuffer sizes(ImageShape shape) {
    return LongBuffer.wrap(
        new long[] {shape.slices(), shape.rows(), shape.columns(), shape.channels()});
  }

  private static int code(Filter filter) {
    return switch (filter) {
      case NONE -> Pancreas.PNC_FILTER_NONE;
      case NEAREST -> Pancreas.PNC_FILTER_NEAREST;
      case LINEAR -> Pancreas.PNC_FILTER_LINEAR;
    };
  }

  private static void check(String kernel, int status) {
    if (status == Pancreas.PNC_OK) {
      return;
    }
    String text = kernel + ": " + NativeLibrary.statusText(status);
    if (status == Pancreas.PNC_OUT_OF_MEMORY) {
      throw new OutOfMemoryError(text);
    }
    if (status == Pancreas.PNC_INVALID_ARGUMENT) {
      throw new IllegalArgumentException(text);
    }
    throw new IllegalStateException(text);
  }
}
