package ai.pancreas.kernel;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.List;

/** Checks what callers pass to {@link Kernels}, for all implementations alike. */
final class KernelArguments {
  private KernelArguments() {}

  static void checkThreads(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, not " + threads);
    }
  }

  static void checkSource(String name, Buffer buffer, long count) {
    if (buffer.remaining() < count) {
      throw new IllegalArgumentException(
          "the " + name + " holds " + buffer.remaining() + " values of " + count);
    }
  }

  static void checkTarget(String name, Buffer buffer, long count) {
    checkSource(name, buffer, count);
    if (buffer.isReadOnly()) {
      throw new IllegalArgumentException("the " + name + " is read-only");
    }
  }

  static void checkChannels(int channels) {
    if (channels < 1 || channels > Kernels.MAX_AXIS) {
      throw new IllegalArgumentException(
          "there are 1 to " + Kernels.MAX_AXIS + " channels, not " + channels);
    }
  }

  static void checkTwoOutputs(ConvolutionWeights weights) {
    if (weights.outputs() != 2) {
      throw new IllegalArgumentException("two outputs are needed, not " + weights.outputs());
    }
  }

  private static void checkCount(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("a count is at least 1, not " + count);
    }
  }

  static void checkWindow(FloatBuffer hu, FloatBuffer target, int count, int threads) {
    checkCount(count);
    checkSource("source", hu, count);
    checkTarget("target", target, count);
    checkThreads(threads);
  }

  static void checkWindow(ShortBuffer stored, FloatBuffer target, int count, int threads) {
    checkCount(count);
    checkSource("source", stored, count);
    checkTarget("target", target, count);
    checkThreads(threads);
  }

  static void checkConvolution(
      Convolution convolution,
      FloatBuffer source,
      ImageShape shape,
      ConvolutionWeights weights,
      FloatBuffer target,
      int threads) {
    if (weights.inputs() != shape.channels()) {
      throw new IllegalArgumentException(
          "weights for " + weights.inputs() + " channels, not " + shape.channels());
    }
    int side = convolution.kernelSize();
    checkSource(
        "kernel", weights.kernel(), (long) side * side * weights.inputs() * weights.outputs());
    checkSource("source", source, shape.count());
    checkTarget("target", target, convolution.target(shape, weights.outputs()).count());
    checkThreads(threads);
  }

  static void checkMaxPooling(
      FloatBuffer source, ImageShape shape, FloatBuffer target, int threads) {
    checkSource("source", source, shape.count());
    checkTarget("target", target, shape.halved().count());
    checkThreads(threads);
  }

  static void checkAttentionGate(
      FloatBuffer source,
      ImageShape shape,
      FloatBuffer gating,
      ImageShape gatingShape,
      AttentionGateWeights weights,
      FloatBuffer target,
      int threads) {
    if (weights.channels() != shape.channels()
        || weights.gatingChannels() != gatingShape.channels()) {
      throw new IllegalArgumentException(
          "weights for "
              + weights.channels()
              + " and "
              + weights.gatingChannels()
              + " channels, not "
              + shape.channels()
              + " and "
              + gatingShape.channels());
    }
    ImageShape theta = shape.halved();
    int factor = theta.rows() / gatingShape.rows();
    if (shape.slices() != gatingShape.slices()
        || factor < 1
        || factor * gatingShape.rows() != theta.rows()
        || factor * gatingShape.columns() != theta.columns()) {
      throw new IllegalArgumentException(
          "the gating image " + gatingShape + " does not divide " + theta);
    }
    checkSource("source", source, shape.count());
    checkSource("gating image", gating, gatingShape.count());
    checkTarget("target", target, shape.count());
    checkThreads(threads);
  }

  static void checkDeepSupervisionHead(
      List<DeepSupervisionLevel> levels,
      ConvolutionWeights head,
      Size3 size,
      FloatBuffer probability,
      int threads) {
    checkTwoOutputs(head);
    if (levels.isEmpty() || head.inputs() != 2 * levels.size()) {
      throw new IllegalArgumentException(
          "a head of " + head.inputs() + " channels for " + levels.size() + " levels of two");
    }
    if (levels.size() > Kernels.MAX_LEVELS) {
      throw new IllegalArgumentException(
          "at most " + Kernels.MAX_LEVELS + " levels, not " + levels.size());
    }
    for (DeepSupervisionLevel level : levels) {
      if (size.y() % level.factor() != 0 || size.x() % level.factor() != 0) {
        throw new IllegalArgumentException(level.factor() + " does not divide " + size);
      }
      checkSource("map", level.map(), mapShape(level, size).count());
    }
    checkTarget("probability", probability, size.count());
    checkThreads(threads);
  }

  static ImageShape mapShape(DeepSupervisionLevel level, Size3 size) {
    return new ImageShape(
        size.z(), size.y() / level.factor(), size.x() / level.factor(), level.weights().inputs());
  }

  static void checkThreshold(
      FloatBuffer probability, double threshold, ByteBuffer mask, int count, int threads) {
    if (Double.isNaN(threshold)) {
      throw new IllegalArgumentException("the threshold is no number");
    }
    checkCount(count);
    checkSource("probability", probability, count);
    checkTarget("mask", mask, count);
    checkThreads(threads);
  }

  static void checkArgmax(FloatBuffer logits, ByteBuffer mask, int count, int threads) {
    checkCount(count);
    checkSource("logits", logits, 2L * count);
    checkTarget("mask", mask, count);
    checkThreads(threads);
  }

  static void checkLargestComponent(List<ByteBuffer> slices, int rows, int columns, int threads) {
    if (slices.isEmpty()) {
      throw new IllegalArgumentException("there are no slices");
    }
    ImageShape shape = new ImageShape(slices.size(), rows, columns, 1);
    for (ByteBuffer slice : slices) {
      checkTarget("mask", slice, shape.count() / shape.slices());
    }
    checkThreads(threads);
  }
}
