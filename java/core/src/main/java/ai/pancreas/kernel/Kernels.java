package ai.pancreas.kernel;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.List;

/**
 * The compute kernels, in Java and in C++. All implementations are stateless and thread-safe. They
 * give the same results, bit for bit (only the payload of a NaN is left open), but for {@link
 * #convolve}, {@link #attentionGate} and {@link #deepSupervisionHead}, whose sums run in another
 * order and precision. No result depends on the number of threads.
 *
 * <p>Buffers are used from their position on, which is not changed. Direct buffers in native byte
 * order reach native code without a copy; all others are copied. Sources and targets must not
 * overlap, except where a kernel says that it works in place. All methods throw {@link
 * IllegalArgumentException} if sizes or buffers do not fit, or fewer than one thread may work.
 */
public interface Kernels {

  /** The longest axis that kernels accept. */
  int MAX_AXIS = 1 << 24;

  /** The most levels of deep supervision. */
  int MAX_LEVELS = 64;

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

  /**
   * Clips and scales intensities, each value on its own: {@code (float) ((clipped - low) * (2 /
   * (high - low)) - 1)} in double. NaN stays NaN; infinities are clipped. Works in place.
   *
   * @param hu {@code count} values
   * @param target {@code count} values, in [-1, 1] where the clip limits are low and high
   */
  void window(FloatBuffer hu, FloatBuffer target, int count, IntensityWindow window, int threads);

  /**
   * Clips and scales stored values: {@link #window(FloatBuffer, FloatBuffer, int, IntensityWindow,
   * int)} of {@code (float) (slope * stored + intercept)}.
   *
   * @param stored {@code count} values
   * @param target {@code count} values
   */
  void window(
      ShortBuffer stored,
      Rescale rescale,
      FloatBuffer target,
      int count,
      IntensityWindow window,
      int threads);

  /**
   * Convolves each slice. Java sums in double. C++ does so too unless the outputs are a multiple of
   * 8 (and there are at most 4096 inputs and outputs): then it packs the weights anew for each call
   * and sums in float32, which for n terms loses at most n * 2^-24 of the sum of their magnitudes,
   * usually far less.
   *
   * <p>Where the inputs are a multiple of 8 as well, it computes {@link Convolution#SAME_3X3} and
   * {@link Convolution#DOUBLING_4X4} by Winograd's F(4x4, 3x3): errors are of the order of 1e-5 of
   * the magnitudes that a tile of 4 x 4 pixels sees, and sums above about 1e33 may overflow.
   *
   * <p>A NaN or infinity reaches the targets whose kernel covers it, as one or the other. By
   * Winograd's algorithm it reaches whole tiles, so targets up to 4 source pixels away, and an
   * infinity mostly becomes NaN. Weights that are not finite may reach targets through the zeros
   * around the image.
   *
   * @param source of the given shape
   * @param target of the shape {@link Convolution#target}
   */
  void convolve(
      Convolution convolution,
      FloatBuffer source,
      ImageShape shape,
      ConvolutionWeights weights,
      Activation activation,
      FloatBuffer target,
      int threads);

  /**
   * The maximum of 2 x 2 pixels of a slice, stride 2; the number of slices stays. At an odd border
   * the window holds the pixels that are there ("same" as TensorFlow has it). A window with a NaN
   * gives NaN.
   *
   * @param source of the given shape
   * @param target of the shape {@link ImageShape#halved}
   */
  void maxPool(FloatBuffer source, ImageShape shape, FloatBuffer target, int threads);

  /**
   * An additive attention gate: an image times an attention in (0, 1) that it and a coarser gating
   * image give.
   *
   * <pre>
   * a = relu(theta(x) + up(phi(g) + phiBias))     theta: 2 x 2, stride 2; phi: 1 x 1
   * target = x * up2(sigmoid(psi . a + psiBias))
   * </pre>
   *
   * up is nearest up-sampling from g's size to theta's by a whole factor, the same for rows and
   * columns; up2 by 2. Theta has half of x's rows and columns, rounded up, and sees zeros beyond an
   * odd border. Implementations agree within 1e-5 of the largest value where weights are as a
   * trained network has them. A NaN gives NaN at the pixels whose attention it enters; an infinity
   * may. (The gate's last convolution, W, is a {@link Convolution#POINTWISE} of the result.)
   *
   * @param source x, of the given shape
   * @param gating g, of the given shape, with as many slices as x
   * @param target of x's shape
   */
  void attentionGate(
      FloatBuffer source,
      ImageShape shape,
      FloatBuffer gating,
      ImageShape gatingShape,
      AttentionGateWeights weights,
      FloatBuffer target,
      int threads);

  /**
   * The head of a network with deep supervision: each level's map goes through a pointwise
   * convolution to two channels and nearest up-sampling, then all together, in the order of the
   * list, through one more to two, and softmax. Implementations agree within 1e-5.
   *
   * @param levels deepest first, at most {@link #MAX_LEVELS}; every factor divides y and x
   * @param head weights from two channels a level to two, [2 levels][2]
   * @param size slices, rows and columns of the result
   * @param probability [z][y][x], of channel 1
   */
  void deepSupervisionHead(
      List<DeepSupervisionLevel> levels,
      ConvolutionWeights head,
      Size3 size,
      FloatBuffer probability,
      int threads);

  /**
   * A mask of 1 where the probability is strictly above the threshold (compared in double), else 0,
   * also for NaN.
   *
   * @param probability {@code count} values
   * @param threshold not NaN
   * @param mask {@code count} values
   */
  void threshold(
      FloatBuffer probability, double threshold, ByteBuffer mask, int count, int threads);

  /**
   * A mask of 1 where channel 1 is strictly above channel 0, else 0, also where one is NaN.
   *
   * @param logits [pixel][2], {@code count} pixels
   * @param mask {@code count} values
   */
  void argmax(FloatBuffer logits, ByteBuffer mask, int count, int threads);

  /**
   * Clears all but the largest connected component of a mask, in place. Voxels that are not 0 and
   * share a face, an edge or a corner are connected. Of components of the same size, the one whose
   * first voxel comes first in [z][y][x] stays. Works natively where all slices are direct buffers.
   *
   * @param slices [row * columns + column] for each z
   */
  void keepLargestComponent(List<ByteBuffer> slices, int rows, int columns, int threads);
}
