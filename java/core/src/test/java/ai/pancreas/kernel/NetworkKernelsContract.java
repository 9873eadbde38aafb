package ai.pancreas.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every implementation of {@link Kernels} does for the network and around it. */
abstract class NetworkKernelsContract {
  private static final float NAN = Float.NaN;
  private static final float INFINITY = Float.POSITIVE_INFINITY;
  private static final Kernels REFERENCE = new JavaKernels();

  abstract Kernels kernels();

  /** The kinds of buffers that callers may have; the result must not depend on it. */
  private enum Memory {
    DIRECT,
    DIRECT_BEHIND_OTHERS,
    DIRECT_SWAPPED,
    HEAP;

    FloatBuffer hold(float... values) {
      FloatBuffer buffer =
          switch (this) {
            case DIRECT -> direct(values.length, ByteOrder.nativeOrder());
            case DIRECT_BEHIND_OTHERS ->
                direct(values.length + 3, ByteOrder.nativeOrder()).position(3);
            case DIRECT_SWAPPED ->
                direct(
                    values.length,
                    ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
                        ? ByteOrder.BIG_ENDIAN
                        : ByteOrder.LITTLE_ENDIAN);
            case HEAP -> FloatBuffer.allocate(values.length);
          };
      return buffer.put(buffer.position(), values);
    }

    ByteBuffer bytes(int count) {
      return switch (this) {
        case DIRECT, DIRECT_SWAPPED -> ByteBuffer.allocateDirect(count);
        case DIRECT_BEHIND_OTHERS -> ByteBuffer.allocateDirect(count + 3).position(3);
        case HEAP -> ByteBuffer.allocate(count);
      };
    }

    private static FloatBuffer direct(int count, ByteOrder order) {
      return ByteBuffer.allocateDirect(count * Float.BYTES).order(order).asFloatBuffer();
    }
  }

  private static float[] array(FloatBuffer buffer) {
    float[] values = new float[buffer.remaining()];
    buffer.get(buffer.position(), values);
    return values;
  }

  private static byte[] array(ByteBuffer buffer) {
    byte[] values = new byte[buffer.remaining()];
    buffer.get(buffer.position(), values);
    return values;
  }

  private static float[] random(long count, double least, double most, int seed) {
    Random random = new Random(seed);
    float[] values = new float[Math.toIntExact(count)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (least + (most - least) * random.nextDouble());
    }
    return values;
  }

  /** Weights whose sums are about 1 for inputs of about 1, as in a trained network. */
  private static FloatBuffer weights(long inputs, long outputs, int seed) {
    double most = 2 / Math.sqrt(inputs);
    return FloatBuffer.wrap(random(inputs * outputs, -most, most, seed));
  }

  private static void refused(Runnable call) {
    assertThrows(IllegalArgumentException.class, call::run);
  }

  // Windowing

  @ParameterizedTest
  @EnumSource(Memory.class)
  void windowClipsAndScales(Memory memory) {
    FloatBuffer hu = memory.hold(-1000, -100, 70, 240, 3000, NAN, INFINITY, -INFINITY, 155);
    FloatBuffer target = memory.hold(new float[9]);
    kernels().window(hu, target, 9, IntensityWindow.of(-100, 240), 2);
    float[] expected = {-1, -1, 0, 1, 1, NAN, 1, -1, 0.5f};
    assertArrayEquals(expected, array(target));
    kernels().window(hu, hu, 9, IntensityWindow.of(-100, 240), 1);
    assertArrayEquals(expected, array(hu));
  }

  @Test
  void windowMayScaleByAnotherRangeThanItClipsTo() {
    FloatBuffer hu = FloatBuffer.wrap(new float[] {-300, 0, 50, 300});
    kernels().window(hu, hu, 4, new IntensityWindow(-100, 100, 0, 400), 1);
    assertArrayEquals(new float[] {-1.5f, -1, -0.75f, -0.5f}, hu.array());
    IntensityWindow unclipped =
        new IntensityWindow(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, -1, 0);
    kernels().window(hu, hu, 4, unclipped, 1);
    assertArrayEquals(new float[] {-2, -1, -0.5f, 0}, hu.array());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 9, 1000, 16385, 70001})
  void windowGivesTheSameBitsAsTheReference(int count) {
    float[] hu = random(count, -1100, 1600, 1);
    IntensityWindow window = new IntensityWindow(-1019.3, 1024.7, -997.25, 1333.1);
    FloatBuffer expected = FloatBuffer.allocate(count);
    REFERENCE.window(FloatBuffer.wrap(hu), expected, count, window, 1);
    for (int threads : new int[] {1, 3}) {
      FloatBuffer found = Memory.DIRECT.hold(new float[count]);
      kernels().window(Memory.DIRECT_BEHIND_OTHERS.hold(hu), found, count, window, threads);
      assertArrayEquals(expected.array(), array(found));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, -1024", "0.4883, 31.7"})
  void storedValuesAreWindowedAsTheirHu(double slope, double intercept) {
    int count = 65536 + 3;
    ShortBuffer direct =
        ByteBuffer.allocateDirect(2 * count).order(ByteOrder.nativeOrder()).asShortBuffer();
    ShortBuffer heap = ShortBuffer.allocate(count);
    float[] hu = new float[count];
    for (int i = 0; i < count; i++) {
      direct.put(i, (short) i);
      heap.put(i, (short) i);
      hu[i] = (float) (slope * (short) i + intercept);
    }
    IntensityWindow window = IntensityWindow.of(-100, 240);
    REFERENCE.window(FloatBuffer.wrap(hu), FloatBuffer.wrap(hu), count, window, 1);
    for (ShortBuffer stored : List.of(direct, heap)) {
      FloatBuffer target = Memory.DIRECT.hold(new float[count]);
      kernels().window(stored, new Rescale(slope, intercept), target, count, window, 2);
      assertArrayEquals(hu, array(target));
    }
  }

  @Test
  void windowsThatMakeNoSenseAreRefused() {
    refused(() -> IntensityWindow.of(1, 1));
    refused(() -> IntensityWindow.of(Double.NaN, 1));
    refused(() -> new IntensityWindow(2, 1, 0, 1));
    refused(() -> new IntensityWindow(0, 1, 0, Double.POSITIVE_INFINITY));
    refused(() -> new IntensityWindow(Double.NaN, 1, 0, 1));
    refused(() -> new Rescale(Double.NaN, 0));
    FloatBuffer two = Memory.DIRECT.hold(new float[2]);
    FloatBuffer one = Memory.DIRECT.hold(new float[1]);
    IntensityWindow window = IntensityWindow.of(0, 1);
    refused(() -> kernels().window(one, two, 2, window, 1));
    refused(() -> kernels().window(two, one, 2, window, 1));
    refused(() -> kernels().window(two, two, 0, window, 1));
    refused(() -> kernels().window(two, two, 2, window, 0));
    refused(() -> kernels().window(two, two.asReadOnlyBuffer(), 2, window, 1));
  }

  // Convolution

  private float[] convolve(
      Convolution kind, ImageShape shape, float[] source, ConvolutionWeights weights) {
    FloatBuffer target = FloatBuffer.allocate((int) kind.target(shape, weights.outputs()).count());
    kernels().convolve(kind, FloatBuffer.wrap(source), shape, weights, Activation.NONE, target, 1);
    return target.array();
  }

  /** A corner of ones under the kernel 1 to 9: at each border the rows that lie outside are 0. */
  @Test
  void same3x3ByHand() {
    FloatBuffer kernel = FloatBuffer.wrap(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
    float[] found =
        convolve(
            Convolution.SAME_3X3,
            new ImageShape(1, 2, 3, 1),
            new float[] {1, 0, 0, 0, 0, 10},
            new ConvolutionWeights(1, 1, kernel, FloatBuffer.wrap(new float[] {0.5f})));
    // The 1 at (0, 0) is seen by target (r, c) with kernel (1 - r, 1 - c); the 10 at (1, 2) with
    // kernel (2 - r, 3 - c).
    assertArrayEquals(new float[] {5.5f, 94.5f, 80.5f, 2.5f, 61.5f, 50.5f}, found);
  }

  @Test
  void halving2x2ByHand() {
    FloatBuffer kernel = FloatBuffer.wrap(new float[] {1, 10, 100, 1000});
    float[] found =
        convolve(
            Convolution.HALVING_2X2,
            new ImageShape(1, 3, 3, 1),
            new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9},
            ConvolutionWeights.withoutBias(1, 1, kernel));
    assertArrayEquals(new float[] {5421, 603, 87, 9}, found);
  }

  @Test
  void doubling4x4ByHand() {
    float[] taps = new float[16];
    for (int i = 0; i < 16; i++) {
      taps[i] = i;
    }
    float[] found =
        convolve(
            Convolution.DOUBLING_4X4,
            new ImageShape(1, 1, 2, 1),
            new float[] {1, 100},
            ConvolutionWeights.withoutBias(1, 1, FloatBuffer.wrap(taps)));
    // Source column 0 reaches target columns -1 to 2, column 1 reaches 1 to 4; rows -1 to 2.
    assertArrayEquals(new float[] {5, 406, 507, 600, 9, 810, 911, 1000}, found);
  }

  @Test
  void pointwiseMixesChannels() {
    FloatBuffer kernel = FloatBuffer.wrap(new float[] {1, 2, 3, 4, 5, 6});
    float[] found =
        convolve(
            Convolution.POINTWISE,
            new ImageShape(1, 1, 2, 2),
            new float[] {1, 10, 0, 100},
            new ConvolutionWeights(2, 3, kernel, FloatBuffer.wrap(new float[] {7, 0, 0})));
    assertArrayEquals(new float[] {48, 52, 63, 407, 500, 600}, found);
  }

  @ParameterizedTest
  @EnumSource(Convolution.class)
  void convolutionsAgreeWithTheReference(Convolution kind) {
    for (ImageShape shape :
        List.of(
            new ImageShape(1, 1, 1, 1),
            new ImageShape(2, 7, 9, 5),
            new ImageShape(2, 8, 12, 16),
            new ImageShape(3, 10, 10, 24))) {
      for (int outputs : new int[] {1, 8, 19}) {
        int side = kind.kernelSize();
        ConvolutionWeights weights =
            new ConvolutionWeights(
                shape.channels(),
                outputs,
                weights((long) side * side * shape.channels(), outputs, 2),
                FloatBuffer.wrap(random(outputs, -1, 1, 3)));
        float[] source = random(shape.count(), -1, 1, 4);
        for (Activation activation : Activation.values()) {
          FloatBuffer expected = FloatBuffer.allocate((int) kind.target(shape, outputs).count());
          REFERENCE.convolve(
              kind, FloatBuffer.wrap(source), shape, weights, activation, expected, 1);
          // The terms add up to less than 40; Winograd's transforms may cost a factor of 100.
          boolean winograd = kind == Convolution.SAME_3X3 || kind == Convolution.DOUBLING_4X4;
          double tolerance = (winograd ? 100 : 10) * 40 * 0x1p-24;
          for (Memory memory : Memory.values()) {
            FloatBuffer found = memory.hold(new float[expected.capacity()]);
            kernels().convolve(kind, memory.hold(source), shape, weights, activation, found, 3);
            assertArrayEquals(expected.array(), array(found), (float) tolerance);
          }
        }
      }
    }
  }

  @Test
  void reluClearsWhatIsBelowZeroAndKeepsNan() {
    FloatBuffer values = FloatBuffer.wrap(new float[] {-1, 2, NAN, -INFINITY});
    FloatBuffer target = FloatBuffer.allocate(4);
    ConvolutionWeights identity =
        ConvolutionWeights.withoutBias(1, 1, FloatBuffer.wrap(new float[] {1}));
    ImageShape shape = new ImageShape(4, 1, 1, 1);
    kernels().convolve(Convolution.POINTWISE, values, shape, identity, Activation.RELU, target, 1);
    assertArrayEquals(new float[] {0, 2, NAN, 0}, target.array());
  }

  @Test
  void convolutionsThatDoNotFitAreRefused() {
    FloatBuffer nine = Memory.DIRECT.hold(new float[9]);
    FloatBuffer target = Memory.DIRECT.hold(new float[4]);
    ImageShape shape = new ImageShape(1, 2, 2, 1);
    ConvolutionWeights weights = ConvolutionWeights.withoutBias(1, 1, nine);
    ConvolutionWeights twoInputs = ConvolutionWeights.withoutBias(2, 1, nine);
    Convolution same = Convolution.SAME_3X3;
    Activation none = Activation.NONE;
    refused(() -> kernels().convolve(same, nine, shape, twoInputs, none, target, 1));
    refused(() -> kernels().convolve(same, nine.slice(0, 3), shape, weights, none, target, 1));
    refused(() -> kernels().convolve(same, nine, shape, weights, none, target.slice(0, 3), 1));
    refused(() -> kernels().convolve(same, nine, shape, weights, none, target, 0));
    refused(
        () -> kernels().convolve(Convolution.DOUBLING_4X4, nine, shape, weights, none, target, 1));
    refused(() -> ConvolutionWeights.withoutBias(3, 4, nine));
    refused(() -> ConvolutionWeights.withoutBias(0, 1, nine));
    refused(() -> new ImageShape(1, 0, 1, 1));
    refused(() -> new ImageShape(1, Kernels.MAX_AXIS + 1, 1, 1));
  }

  // Pooling

  @ParameterizedTest
  @EnumSource(Memory.class)
  void maxPoolByHand(Memory memory) {
    FloatBuffer target = memory.hold(new float[4]);
    FloatBuffer source = memory.hold(1, 5, -3, 4, 2, NAN, -9, -8, -7);
    kernels().maxPool(source, new ImageShape(1, 3, 3, 1), target, 1);
    assertArrayEquals(new float[] {5, NAN, -8, -7}, array(target));
  }

  @ParameterizedTest
  @CsvSource({"1,1,1,1", "2,7,9,5", "3,16,16,16", "2,6,5,33"})
  void maxPoolGivesTheSameBitsAsTheReference(int slices, int rows, int columns, int channels) {
    ImageShape shape = new ImageShape(slices, rows, columns, channels);
    float[] source = random(shape.count(), -1, 1, 5);
    FloatBuffer expected = FloatBuffer.allocate((int) shape.halved().count());
    REFERENCE.maxPool(FloatBuffer.wrap(source), shape, expected, 1);
    for (int threads : new int[] {1, 2, 50}) {
      FloatBuffer found = Memory.DIRECT_BEHIND_OTHERS.hold(new float[expected.capacity()]);
      kernels().maxPool(Memory.DIRECT.hold(source), shape, found, threads);
      assertArrayEquals(expected.array(), array(found));
    }
  }

  @Test
  void poolingThatDoesNotFitIsRefused() {
    FloatBuffer four = Memory.DIRECT.hold(new float[4]);
    FloatBuffer none = Memory.DIRECT.hold();
    ImageShape shape = new ImageShape(1, 2, 2, 1);
    refused(() -> kernels().maxPool(none, shape, four, 1));
    refused(() -> kernels().maxPool(four, shape, none, 1));
    refused(() -> kernels().maxPool(four, shape, four.asReadOnlyBuffer(), 1));
  }

  // Attention gate

  /** One window: theta sees 1 + 2 + 3 + 4 = 10, phi adds 2 * 3 - 11 = -5, psi 5 / 5 - 1 = 0. */
  @ParameterizedTest
  @EnumSource(Memory.class)
  void attentionGateByHand(Memory memory) {
    AttentionGateWeights weights =
        new AttentionGateWeights(
            1,
            1,
            1,
            memory.hold(1, 1, 1, 1),
            memory.hold(2),
            memory.hold(-11),
            memory.hold(0.2f),
            -1);
    FloatBuffer target = memory.hold(new float[4]);
    ImageShape shape = new ImageShape(1, 2, 2, 1);
    ImageShape gating = new ImageShape(1, 1, 1, 1);
    kernels()
        .attentionGate(memory.hold(1, 2, 3, 4), shape, memory.hold(3), gating, weights, target, 1);
    // 0.2f is not exactly a fifth.
    assertArrayEquals(new float[] {0.5f, 1, 1.5f, 2}, array(target), 1e-6f);
    // With phi of -15 the sum is below 0, relu gives 0 and psi -1.
    kernels()
        .attentionGate(memory.hold(1, 2, 3, 4), shape, memory.hold(-2), gating, weights, target, 1);
    float attention = (float) (1 / (1 + Math.exp(1)));
    assertArrayEquals(
        new float[] {attention, 2 * attention, 3 * attention, 4 * attention}, array(target), 1e-6f);
  }

  private static Stream<ImageShape[]> gates() {
    return Stream.of(
        new ImageShape[] {new ImageShape(1, 1, 1, 1), new ImageShape(1, 1, 1, 1)},
        new ImageShape[] {new ImageShape(2, 14, 10, 8), new ImageShape(2, 7, 5, 16)},
        new ImageShape[] {new ImageShape(2, 16, 24, 16), new ImageShape(2, 2, 3, 40)},
        new ImageShape[] {new ImageShape(3, 7, 11, 5), new ImageShape(3, 2, 3, 7)});
  }

  @ParameterizedTest
  @MethodSource("gates")
  void attentionGateAgreesWithTheReference(ImageShape shape, ImageShape gatingShape) {
    for (int inner : new int[] {1, 8, 16, 19}) {
      AttentionGateWeights weights =
          new AttentionGateWeights(
              shape.channels(),
              gatingShape.channels(),
              inner,
              weights(4L * shape.channels(), inner, 6),
              weights(gatingShape.channels(), inner, 7),
              FloatBuffer.wrap(random(inner, -1, 1, 8)),
              weights(inner, 1, 9),
              0.25f);
      float[] x = random(shape.count(), -1, 1, 10);
      float[] g = random(gatingShape.count(), -1, 1, 11);
      FloatBuffer expected = FloatBuffer.allocate(x.length);
      REFERENCE.attentionGate(
          FloatBuffer.wrap(x), shape, FloatBuffer.wrap(g), gatingShape, weights, expected, 1);
      for (int threads : new int[] {1, 2}) {
        FloatBuffer found = Memory.DIRECT.hold(new float[x.length]);
        kernels()
            .attentionGate(
                Memory.DIRECT.hold(x),
                shape,
                Memory.DIRECT_BEHIND_OTHERS.hold(g),
                gatingShape,
                weights,
                found,
                threads);
        assertArrayEquals(expected.array(), array(found), 1e-5f);
      }
    }
  }

  @Test
  void gatesThatDoNotFitAreRefused() {
    FloatBuffer values = Memory.DIRECT.hold(new float[64]);
    FloatBuffer target = Memory.DIRECT.hold(new float[16]);
    ImageShape shape = new ImageShape(1, 4, 4, 1);
    AttentionGateWeights weights =
        new AttentionGateWeights(1, 1, 1, values, values, values, values, 0);
    for (ImageShape gating :
        List.of(
            new ImageShape(2, 2, 2, 1),
            new ImageShape(1, 1, 2, 1),
            new ImageShape(1, 4, 4, 1),
            new ImageShape(1, 2, 2, 2))) {
      refused(() -> kernels().attentionGate(values, shape, values, gating, weights, target, 1));
    }
    FloatBuffer three = values.slice(0, 3);
    refused(() -> new AttentionGateWeights(1, 1, 1, three, values, values, values, 0));
    refused(() -> new AttentionGateWeights(1, 4, 1, values, three, values, values, 0));
    refused(() -> new AttentionGateWeights(1, 1, 4, values, values, three, values, 0));
    refused(() -> new AttentionGateWeights(1, 1, 4, values, values, values, three, 0));
    ImageShape gating = new ImageShape(1, 2, 2, 1);
    refused(() -> kernels().attentionGate(values, shape, three, gating, weights, target, 1));
    refused(() -> kernels().attentionGate(three, shape, values, gating, weights, target, 1));
    refused(() -> kernels().attentionGate(values, shape, values, gating, weights, three, 1));
    refused(() -> kernels().attentionGate(values, shape, values, gating, weights, target, 0));
  }

  // Head

  /** A coarse pixel of (3, 1) over fine pixels of 0 and 2: logit difference 2 (3 - 1) - 4 x. */
  @ParameterizedTest
  @EnumSource(Memory.class)
  void deepSupervisionHeadByHand(Memory memory) {
    DeepSupervisionLevel coarse =
        new DeepSupervisionLevel(
            memory.hold(3, 1),
            2,
            new ConvolutionWeights(2, 2, memory.hold(1, 0, 0, 1), memory.hold(0, 0)));
    DeepSupervisionLevel fine =
        new DeepSupervisionLevel(
            memory.hold(0, 1, 2, 1),
            1,
            new ConvolutionWeights(1, 2, memory.hold(4, 0), memory.hold(0, 5)));
    // Coarse channels count 2 and -2 for pancreas; the fine ones 1 for background and 0.
    ConvolutionWeights head =
        new ConvolutionWeights(4, 2, memory.hold(0, 2, 0, -2, 1, 0, 0, 0), memory.hold(1, 1));
    FloatBuffer probability = memory.hold(new float[4]);
    kernels().deepSupervisionHead(List.of(coarse, fine), head, new Size3(1, 2, 2), probability, 1);
    float high = (float) (1 / (1 + Math.exp(-4)));
    assertArrayEquals(new float[] {high, 0.5f, 1 - high, 0.5f}, array(probability), 1e-6f);
  }

  @ParameterizedTest
  @CsvSource({"1,8,8", "2,16,24", "3,8,40"})
  void deepSupervisionHeadAgreesWithTheReference(int z, int y, int x) {
    Size3 size = new Size3(z, y, x);
    int[] factors = {8, 4, 2, 1};
    for (int[] channels : new int[][] {{32, 16, 8, 8}, {5, 17, 3, 1}}) {
      for (Memory memory : Memory.values()) {
        List<DeepSupervisionLevel> levels = new ArrayList<>();
        for (int i = 0; i < factors.length; i++) {
          long count = size.count() / factors[i] / factors[i] * channels[i];
          ConvolutionWeights weights =
              new ConvolutionWeights(
                  channels[i],
                  2,
                  weights(channels[i], 2, 12 + i),
                  FloatBuffer.wrap(random(2, -1, 1, 20 + i)));
          levels.add(
              new DeepSupervisionLevel(memory.hold(random(count, 0, 1, i)), factors[i], weights));
        }
        ConvolutionWeights head =
            new ConvolutionWeights(8, 2, weights(8, 2, 30), FloatBuffer.wrap(random(2, -1, 1, 31)));
        FloatBuffer expected = FloatBuffer.allocate((int) size.count());
        REFERENCE.deepSupervisionHead(levels, head, size, expected, 1);
        FloatBuffer found = memory.hold(new float[expected.capacity()]);
        kernels().deepSupervisionHead(levels, head, size, found, 2);
        assertArrayEquals(expected.array(), array(found), 1e-5f);
      }
    }
  }

  @Test
  void headsThatDoNotFitAreRefused() {
    FloatBuffer values = Memory.DIRECT.hold(new float[16]);
    FloatBuffer target = Memory.DIRECT.hold(new float[4]);
    ConvolutionWeights two = ConvolutionWeights.withoutBias(2, 2, values);
    ConvolutionWeights four = ConvolutionWeights.withoutBias(4, 2, values);
    DeepSupervisionLevel level = new DeepSupervisionLevel(values, 1, two);
    DeepSupervisionLevel coarse = new DeepSupervisionLevel(values, 3, two);
    DeepSupervisionLevel small = new DeepSupervisionLevel(values.slice(0, 7), 1, two);
    Size3 size = new Size3(1, 2, 2);
    refused(() -> kernels().deepSupervisionHead(List.of(), two, size, target, 1));
    refused(() -> kernels().deepSupervisionHead(List.of(level), four, size, target, 1));
    refused(() -> kernels().deepSupervisionHead(List.of(coarse), two, size, target, 1));
    refused(() -> kernels().deepSupervisionHead(List.of(small), two, size, target, 1));
    refused(() -> kernels().deepSupervisionHead(List.of(level), two, size, values.slice(0, 3), 1));
    refused(() -> new DeepSupervisionLevel(values, 0, two));
    refused(
        () -> new DeepSupervisionLevel(values, 1, ConvolutionWeights.withoutBias(2, 3, values)));
  }

  // Decision

  @ParameterizedTest
  @EnumSource(Memory.class)
  void thresholdIsStrictlyAbove(Memory memory) {
    // The float nearest to 0.3 is above it, the one nearest to 0.1 too, that to 0.7 is below.
    float[] values = {0.3f, Math.nextDown(0.3f), NAN, INFINITY, -INFINITY, 1, 0};
    ByteBuffer mask = memory.bytes(7);
    kernels().threshold(memory.hold(values), 0.3, mask, 7, 1);
    assertArrayEquals(new byte[] {1, 0, 0, 1, 0, 1, 0}, array(mask));
    kernels().threshold(memory.hold(values), 0.3f, mask, 7, 1);
    assertArrayEquals(new byte[] {0, 0, 0, 1, 0, 1, 0}, array(mask));
    kernels().threshold(memory.hold(0.7f, Math.nextUp(0.7f)), 0.7, mask, 2, 1);
    assertEquals(0, mask.get(mask.position()));
    assertEquals(1, mask.get(mask.position() + 1));
  }

  @ParameterizedTest
  @EnumSource(Memory.class)
  void argmaxTakesTheFirstOfATie(Memory memory) {
    ByteBuffer mask = memory.bytes(5);
    kernels().argmax(memory.hold(0, 1, 1, 0, 2, 2, NAN, 1, 1, NAN), mask, 5, 2);
    assertArrayEquals(new byte[] {1, 0, 0, 0, 0}, array(mask));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 31, 32, 33, 20000, 70001})
  void decisionsEqualTheReference(int count) {
    FloatBuffer values = Memory.DIRECT_BEHIND_OTHERS.hold(random(2L * count, 0, 1, 40));
    ByteBuffer expected = ByteBuffer.allocate(count);
    for (int threads : new int[] {1, 3}) {
      ByteBuffer found = ByteBuffer.allocateDirect(count);
      REFERENCE.threshold(values, 0.5, expected, count, 1);
      kernels().threshold(values, 0.5, found, count, threads);
      assertArrayEquals(expected.array(), array(found));
      REFERENCE.argmax(values, expected, count, 1);
      kernels().argmax(values, found, count, threads);
      assertArrayEquals(expected.array(), array(found));
    }
  }

  @Test
  void decisionsThatMakeNoSenseAreRefused() {
    FloatBuffer two = Memory.DIRECT.hold(new float[2]);
    ByteBuffer mask = ByteBuffer.allocateDirect(2);
    refused(() -> kernels().threshold(two, Double.NaN, mask, 2, 1));
    refused(() -> kernels().threshold(two, 0.5, mask, 3, 1));
    refused(() -> kernels().threshold(two, 0.5, mask.slice(0, 1), 2, 1));
    refused(() -> kernels().threshold(two, 0.5, mask.asReadOnlyBuffer(), 2, 1));
    refused(() -> kernels().argmax(two, mask, 2, 1));
    refused(() -> kernels().argmax(two, mask, 1, 0));
  }

  // Largest component

  @ParameterizedTest
  @EnumSource(Memory.class)
  void largestComponentEqualsTheReference(Memory memory) {
    Random random = new Random(50);
    for (int round = 0; round < 60; round++) {
      int nz = 1 + random.nextInt(5);
      int ny = 1 + random.nextInt(9);
      int nx = 1 + random.nextInt(40);
      double density = random.nextDouble();
      List<ByteBuffer> slices = new ArrayList<>();
      List<ByteBuffer> expected = new ArrayList<>();
      for (int z = 0; z < nz; z++) {
        ByteBuffer slice = memory.bytes(ny * nx);
        for (int i = 0; i < ny * nx; i++) {
          slice.put(slice.position() + i, (byte) (random.nextDouble() < density ? 1 : 0));
        }
        slices.add(slice);
        expected.add(ByteBuffer.wrap(array(slice)));
      }
      LargestComponent.keep(expected, ny, nx);
      kernels().keepLargestComponent(slices, ny, nx, 2);
      for (int z = 0; z < nz; z++) {
        assertArrayEquals(expected.get(z).array(), array(slices.get(z)));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Memory.class)
  void ofEqualComponentsTheFirstStays(Memory memory) {
    ByteBuffer first = memory.bytes(5);
    ByteBuffer second = memory.bytes(5);
    first.put(first.position(), new byte[] {0, 0, 0, 1, 1});
    second.put(second.position(), new byte[] {1, 1, 0, 0, 0});
    kernels().keepLargestComponent(List.of(first, second), 1, 5, 1);
    assertArrayEquals(new byte[] {0, 0, 0, 1, 1}, array(first));
    assertArrayEquals(new byte[5], array(second));
  }

  @Test
  void masksThatDoNotFitAreRefused() {
    ByteBuffer four = ByteBuffer.allocateDirect(4);
    refused(() -> kernels().keepLargestComponent(List.of(), 2, 2, 1));
    refused(() -> kernels().keepLargestComponent(List.of(four), 2, 3, 1));
    refused(() -> kernels().keepLargestComponent(List.of(four.asReadOnlyBuffer()), 2, 2, 1));
    refused(() -> kernels().keepLargestComponent(List.of(four), 2, 2, 0));
    assertTrue(Arrays.equals(new byte[4], array(four)));
  }
}
