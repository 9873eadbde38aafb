package ai.pancreas.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every implementation of {@link Kernels} does. */
abstract class KernelsContract {
  private static final Filters3 ALL_LINEAR =
      new Filters3(Filter.LINEAR, Filter.LINEAR, Filter.LINEAR);
  private static final Size3 ONE = new Size3(1, 1, 1);

  abstract Kernels kernels();

  float[] run(ResampleCase c, float[] values, int threads) {
    FloatBuffer target = direct(new float[Math.toIntExact(c.to().count())]);
    kernels().resample(direct(values), c.from(), target, c.to(), c.filters(), threads);
    return array(target);
  }

  static FloatBuffer direct(float[] values) {
    FloatBuffer buffer =
        ByteBuffer.allocateDirect(values.length * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    return buffer.put(0, values);
  }

  static float[] array(FloatBuffer buffer) {
    float[] values = new float[buffer.remaining()];
    buffer.get(buffer.position(), values);
    return values;
  }

  @ParameterizedTest
  @MethodSource("ai.pancreas.kernel.ResampleCase#all")
  void agreesWithTheFormulaInDoublePrecision(ResampleCase c) {
    double[] expected = ScaleAndTranslate.resample(c.values(), c.from(), c.to(), c.filters());
    float[] found = run(c, c.values(), 2);
    // With at most n taps on the three axes together there are about 2 n + 3 roundings of 2^-24 of
    // the largest value, 1500 HU.
    int taps = c.from().z() + c.from().y() + c.from().x();
    double tolerance = (2 * taps + 3) * 1500 * 0x1p-24;
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], found[i], tolerance);
    }
  }

  @ParameterizedTest
  @MethodSource("ai.pancreas.kernel.ResampleCase#all")
  void equalsTheReferenceBitForBitWhateverTheThreads(ResampleCase c) {
    FloatBuffer expected = FloatBuffer.allocate(Math.toIntExact(c.to().count()));
    new JavaKernels()
        .resample(
            FloatBuffer.wrap(c.values()),
            c.from(),
            expected,
            c.to(),
            c.filters(),
            /* threads= */ 1);
    for (int threads : new int[] {1, 2, 5, 100}) {
      assertArrayEquals(bits(expected.array()), bits(run(c, c.values(), threads)));
    }
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToIntBits(values[i]));
    return bits;
  }

  @ParameterizedTest
  @MethodSource("ai.pancreas.kernel.ResampleCase#all")
  void nanAndInfinityReachWhatTheirWeightsCover(ResampleCase c) {
    float[] values = c.values();
    values[0] = Float.NaN;
    values[values.length / 2] = Float.POSITIVE_INFINITY;
    values[values.length - 1] = Float.NEGATIVE_INFINITY;
    float[] expected = new float[Math.toIntExact(c.to().count())];
    new JavaKernels()
        .resample(
            FloatBuffer.wrap(values), c.from(), FloatBuffer.wrap(expected), c.to(), c.filters(), 1);
    assertArrayEquals(bits(expected), bits(run(c, values, 2)));
  }

  @Test
  void aNanBesideTheTriangleDoesNotSpread() {
    ResampleCase c = new ResampleCase("NaN", new Size3(1, 1, 4), new Size3(1, 1, 2), ALL_LINEAR);
    float[] found = run(c, new float[] {1, 1, 1, Float.NaN}, 1);
    assertEquals(1f, found[0], 1e-6f);
    assertTrue(Float.isNaN(found[1]));
  }

  /**
   * A ramp of 2 x 4 to 4 x 2, by hand: rows 0.25 apart from the border, columns by 3, 3, 1 of 7.
   */
  @Test
  void handDerivedValues() {
    ResampleCase c = new ResampleCase("ramp", new Size3(1, 2, 4), new Size3(1, 4, 2), ALL_LINEAR);
    float[] found = run(c, new float[] {0, 7, 14, 21, 70, 77, 84, 91}, 1);
    // Rows: 1, 3/4, 1/4 and 0 of the first, the rest of the second.
    // Columns: (3 * 0 + 3 * 7 + 14) / 7 = 5 and (7 + 3 * 14 + 3 * 21) / 7 = 16.
    float[] expected = {5, 16, 22.5f, 33.5f, 57.5f, 68.5f, 75, 86};
    assertArrayEquals(expected, found, 1e-4f);
  }

  /** Numbers that TensorFlow 2.18 gives: ScaleAndTranslate, triangle, antialias, float32. */
  @Test
  void valuesFromTensorFlow() {
    assertRow(
        new float[] {-3, 1, 5, -2, 2, 6, -1}, new float[] {0.4285714f, 1.2352941f, 2.6428573f});
    assertRow(
        new float[] {-3, 1, 5, -2, 2},
        new float[] {-3, -1.25f, 1.25f, 3.75f, 2.8125f, -1.5625f, 0.25f, 2});
    ResampleCase c =
        new ResampleCase("two axes", new Size3(1, 3, 4), new Size3(1, 2, 2), ALL_LINEAR);
    assertArrayEquals(
        new float[] {1.1428573f, 1.5357144f, 3.4642863f, 0.9107144f},
        run(c, new float[] {-3, 1, 5, -2, 2, 6, -1, 3, 7, 0, 4, -3}, 1),
        2e-6f);
  }

  /** Two units in the last place of values below 8: float32 on both sides. */
  private void assertRow(float[] source, float[] expected) {
    ResampleCase c =
        new ResampleCase(
            "row", new Size3(1, 1, source.length), new Size3(1, 1, expected.length), ALL_LINEAR);
    assertArrayEquals(expected, run(c, source, 1), 2e-6f);
  }

  @Test
  void nearestCopiesValuesExactly() {
    ResampleCase c =
        new ResampleCase(
            "nearest",
            new Size3(1, 1, 5),
            new Size3(1, 1, 3),
            new Filters3(Filter.NEAREST, Filter.NEAREST, Filter.NEAREST));
    // floor(0.5 * 5 / 3) = 0, floor(1.5 * 5 / 3) = 2, floor(2.5 * 5 / 3) = 4
    assertArrayEquals(new float[] {-0f, 2, 4}, run(c, new float[] {-0f, 1, 2, 3, 4}, 1));
  }

  @Test
  void anyKindOfBufferGivesTheSame() {
    ResampleCase c =
        new ResampleCase("kinds", new Size3(2, 9, 11), new Size3(3, 7, 13), ALL_LINEAR);
    float[] expected = run(c, c.values(), 1);
    FloatBuffer heap = FloatBuffer.wrap(c.values());
    FloatBuffer swapped = ByteBuffer.allocateDirect(heap.capacity() * Float.BYTES).asFloatBuffer();
    swapped.put(0, c.values());
    for (FloatBuffer source :
        new FloatBuffer[] {heap, heap.asReadOnlyBuffer(), swapped, direct(c.values())}) {
      FloatBuffer heapTarget = FloatBuffer.allocate(expected.length);
      kernels().resample(source, c.from(), heapTarget, c.to(), c.filters(), 2);
      assertArrayEquals(expected, array(heapTarget));
      FloatBuffer swappedTarget =
          ByteBuffer.allocate(expected.length * Float.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .asFloatBuffer();
      kernels().resample(source, c.from(), swappedTarget, c.to(), c.filters(), 2);
      assertArrayEquals(expected, array(swappedTarget));
      assertEquals(0, source.position());
    }
  }

  @Test
  void positionsCountAndNothingAroundTheTargetChanges() {
    ResampleCase c =
        new ResampleCase("positions", new Size3(2, 9, 11), new Size3(3, 7, 13), ALL_LINEAR);
    float[] expected = run(c, c.values(), 1);
    for (boolean inMemory : new boolean[] {true, false}) {
      float[] shifted = new float[c.values().length + 3];
      System.arraycopy(c.values(), 0, shifted, 3, c.values().length);
      float[] room = new float[expected.length + 10];
      Arrays.fill(room, -7);
      FloatBuffer source = inMemory ? direct(shifted) : FloatBuffer.wrap(shifted);
      FloatBuffer target = inMemory ? direct(room) : FloatBuffer.wrap(room);
      kernels().resample(source.position(3), c.from(), target.position(5), c.to(), c.filters(), 2);
      assertEquals(3, source.position());
      assertEquals(5, target.position());
      float[] all = array(target.rewind());
      assertArrayEquals(expected, Arrays.copyOfRange(all, 5, 5 + expected.length));
      float[] around = new float[5];
      Arrays.fill(around, -7);
      assertArrayEquals(around, Arrays.copyOf(all, 5));
      assertArrayEquals(around, Arrays.copyOfRange(all, 5 + expected.length, all.length));
    }
  }

  @Test
  void argumentsThatMakeNoSenseAreRefused() {
    FloatBuffer two = direct(new float[2]);
    FloatBuffer one = direct(new float[1]);
    Filters3 none = new Filters3(Filter.NONE, Filter.NONE, Filter.NONE);
    Size3 pair = new Size3(1, 1, 2);
    Size3 tooLong = new Size3(1, 1, Kernels.MAX_AXIS + 1);
    refused(() -> kernels().resample(one, pair, two, pair, ALL_LINEAR, 1));
    refused(() -> kernels().resample(two, pair, one, pair, ALL_LINEAR, 1));
    refused(() -> kernels().resample(one, ONE, two, pair, none, 1));
    refused(() -> kernels().resample(one, ONE, two, ONE, ALL_LINEAR, 0));
    refused(() -> kernels().resample(one, tooLong, two, ONE, ALL_LINEAR, 1));
    refused(() -> kernels().resample(one, ONE, two.asReadOnlyBuffer(), ONE, ALL_LINEAR, 1));
  }

  private static void refused(Runnable call) {
    assertThrows(IllegalArgumentException.class, call::run);
  }
}
