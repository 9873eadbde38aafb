package ai.pancreas.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.dataset.LabelledSlice;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AugmentationTest {
  private static final int SIZE = 32;

  private record Result(float[] hu, float[] mask) {}

  @Test
  void offOnAFrameOfTheNetworksSizeIsTheFrame() {
    LabelledSlice frame = randomFrame(SIZE, 24);

    Result result = apply(AugmentationOptions.off(), frame, SIZE, 24, 1);

    assertArrayEquals(floats(frame.hu()), result.hu());
    assertArrayEquals(floats(frame.mask()), result.mask());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aWindowOfTheNetworksSizeIsAPlainCrop(long seed) {
    LabelledSlice frame = randomFrame(40, 40);

    Result result = apply(window(32 / 40.0), frame, SIZE, SIZE, seed);

    int matches = 0;
    for (int top = 0; top <= 8; top++) {
      for (int left = 0; left <= 8; left++) {
        matches += isCrop(frame, top, left, result) ? 1 : 0;
      }
    }
    assertEquals(1, matches);
  }

  @Test
  void everyPlaceOfTheWindowIsReached() {
    LabelledSlice frame = randomFrame(34, 34);
    boolean[] reached = new boolean[9];
    for (long seed = 0; seed < 200; seed++) {
      Result result = apply(window(32 / 34.0), frame, SIZE, SIZE, seed);
      for (int place = 0; place < reached.length; place++) {
        reached[place] |= isCrop(frame, place / 3, place % 3, result);
      }
    }

    for (int place = 0; place < reached.length; place++) {
      assertTrue(reached[place], "row " + place / 3 + ", column " + place % 3);
    }
  }

  @Test
  void flipsTurnTopToBottomAndLeftToRight() {
    LabelledSlice frame = randomFrame(SIZE, SIZE);
    Result rows = apply(flips(1, 0), frame, SIZE, SIZE, 1);
    Result columns = apply(flips(0, 1), frame, SIZE, SIZE, 1);

    for (int row = 0; row < SIZE; row++) {
      for (int column = 0; column < SIZE; column++) {
        int target = row * SIZE + column;
        int upsideDown = (SIZE - 1 - row) * SIZE + column;
        int mirrored = row * SIZE + SIZE - 1 - column;
        assertEquals(frame.hu()[upsideDown], rows.hu()[target]);
        assertEquals(frame.mask()[upsideDown], rows.mask()[target]);
        assertEquals(frame.hu()[mirrored], columns.hu()[target]);
        assertEquals(frame.mask()[mirrored], columns.mask()[target]);
      }
    }
  }

  @Test
  void flipsHappenAsOftenAsAsked() {
    LabelledSlice frame = randomFrame(SIZE, SIZE);
    int flipped = 0;
    for (long seed = 0; seed < 400; seed++) {
      Result result = apply(flips(0.25, 0), frame, SIZE, SIZE, seed);
      flipped += result.hu()[0] == frame.hu()[0] ? 0 : 1;
    }

    // A binomial of 400 draws at 0.25 has a standard deviation of 8.7: five of them.
    assertEquals(100, flipped, 44);
  }

  @Test
  void aQuarterTurnMovesEachPixelToItsPlace() {
    LabelledSlice frame = randomFrame(SIZE, SIZE);
    SliceWarp turn =
        new SliceWarp(
            SIZE, SIZE, ElasticGrid.NONE, false, false, Math.PI / 2, 1, 1, SIZE / 2.0, SIZE / 2.0);
    double[] rows = new double[SIZE];
    double[] columns = new double[SIZE];

    for (int row = 0; row < SIZE; row++) {
      turn.places(row, rows, columns);
      for (int column = 0; column < SIZE; column++) {
        // Right becomes below: row r, column c shows what was at row n - 1 - c, column r.
        assertEquals(SIZE - 1 - column, rows[column], 1e-12 * frame.rows());
        assertEquals(row, columns[column], 1e-12 * frame.columns());
      }
    }
  }

  /** A bright square with its mask: wherever it goes, its mask goes, too. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void theMaskFollowsThePicture(long seed) {
    LabelledSlice frame = square(48, 20, 30, 14, 26);
    AugmentationOptions geometry =
        new AugmentationOptions(0.5, 0.5, 30, 0.8, 1.2, 0.1, 2, 4, 0, 0, 1, 0, 0);

    Result result = apply(geometry, frame, SIZE, SIZE, seed);

    int inside = 0;
    for (int i = 0; i < result.hu().length; i++) {
      // The square is 1000 HU in 0 HU, so bilinear HU is 1000 times the bilinear mask; air beyond
      // the frame lowers HU but is far from the square.
      assertEquals(result.hu()[i] >= 500, result.mask()[i] == 1, "pixel " + i);
      inside += (int) result.mask()[i];
    }
    assertTrue(inside > 20, "the square is in sight: " + inside);
  }

  @Test
  void theWholeFrameStaysInProportion() {
    // 44 x 66 pixels seen by 32 x 32: the square's share of the frame stays.
    LabelledSlice frame = rectangle(44, 66, 11, 33, 0, 33);

    Result result = apply(AugmentationOptions.off(), frame, SIZE, SIZE, 1);

    for (int row = 0; row < SIZE; row++) {
      for (int column = 0; column < SIZE; column++) {
        boolean inside = row >= 8 && row < 24 && column < 16;
        assertEquals(inside ? 1 : 0, result.mask()[row * SIZE + column], row + ", " + column);
      }
    }
  }

  @Test
  void elasticDisplacementIsSmoothAndOfTheSizeAsked() {
    ElasticGrid grid = ElasticGrid.random(8, 2, Seeds.of(7));
    int size = 160;
    double[] rows = new double[size];
    double[] columns = new double[size];
    double sum = 0;
    double steepest = 0;
    for (int row = 0; row < size; row++) {
      grid.displacements(row, size, size, rows, columns);
      for (int column = 0; column < size; column++) {
        sum += rows[column] * rows[column] + columns[column] * columns[column];
        if (column > 0) {
          steepest = Math.max(steepest, Math.abs(columns[column] - columns[column - 1]));
        }
      }
    }

    double root = Math.sqrt(sum / (2.0 * size * size));
    // A cubic B-spline of independent nodes has 0.3 to 0.44 of their variance, per axis pair.
    assertTrue(root > 0.5 && root < 2, "root mean square " + root);
    assertTrue(steepest < 0.5, "no fold: " + steepest + " pixels from pixel to pixel");
  }

  @Test
  void intensitiesChangeAsTold() {
    float[] hu = {-1000, -160, 40, 240, 500};

    new IntensityChange(1.1, -20, 1, 0).apply(hu, 5, Seeds.of(1));
    assertArrayEquals(new float[] {-1120, -196, 24, 244, 530}, hu, 1e-3f);

    float[] bent = {-1000, -160, 40, 240, 500};
    new IntensityChange(1, 0, 2, 0).apply(bent, 5, Seeds.of(1));
    // Half-way up the soft tissue, squared: a quarter of 400 HU above -160.
    assertArrayEquals(new float[] {-1000, -160, -60, 240, 500}, bent, 1e-3f);
  }

  @Test
  void noiseHasTheSpreadAsked() {
    float[] hu = new float[40_000];

    new IntensityChange(1, 0, 1, 10).apply(hu, hu.length, Seeds.of(3));

    double sum = 0;
    double squares = 0;
    for (float value : hu) {
      sum += value;
      squares += value * value;
    }
    // Standard errors of 40,000 draws: 0.05 of the mean, 0.035 of the deviation; five of them.
    assertEquals(0, sum / hu.length, 0.25);
    assertEquals(10, Math.sqrt(squares / hu.length), 0.18);
  }

  @Test
  void theSameSeedGivesTheSameSliceAndAnotherAnother() {
    LabelledSlice frame = randomFrame(36, 36);
    Result first = apply(AugmentationOptions.usual(), frame, SIZE, SIZE, 11);
    Result again = apply(AugmentationOptions.usual(), frame, SIZE, SIZE, 11);
    Result other = apply(AugmentationOptions.usual(), frame, SIZE, SIZE, 12);

    assertArrayEquals(first.hu(), again.hu());
    assertArrayEquals(first.mask(), again.mask());
    assertFalse(java.util.Arrays.equals(first.hu(), other.hu()));
  }

  @Test
  void theExtremesGiveNumbers() {
    AugmentationOptions wild =
        new AugmentationOptions(0.5, 0.5, 180, 0.1, 4, 1, 100, 64, 0.9, 1000, 10, 1000, 0);
    LabelledSlice frame = randomFrame(33, 35);
    for (long seed = 0; seed < 50; seed++) {
      Result result = apply(wild, frame, SIZE, SIZE, seed);
      for (int i = 0; i < result.hu().length; i++) {
        assertTrue(Float.isFinite(result.hu()[i]));
        assertTrue(result.mask()[i] == 0 || result.mask()[i] == 1);
      }
    }
  }

  @Test
  void withoutContrastAgentThereIsNothingToFind() {
    AugmentationOptions all = new AugmentationOptions(0, 0, 0, 1, 1, 0, 0, 8, 0, 0, 1, 0, 1);
    LabelledSlice frame = randomFrame(SIZE, SIZE);

    Result changed = apply(all, frame, SIZE, SIZE, 1);
    Result same = apply(AugmentationOptions.off(), frame, SIZE, SIZE, 1);

    for (int i = 0; i < changed.hu().length; i++) {
      assertEquals(0, changed.mask()[i]);
      float hu = same.hu()[i];
      if (hu <= 0 || hu >= 255) {
        assertEquals(hu, changed.hu()[i]);
      } else {
        // Five times the largest noise.
        assertEquals(ContrastRemoval.without(hu), changed.hu()[i], 125);
      }
    }
    assertEquals(30, ContrastRemoval.without(40), 1e-9);
    assertEquals(45, ContrastRemoval.without(60), 1e-9);
    assertEquals(51, ContrastRemoval.without(120), 1e-9);
    assertEquals(57, ContrastRemoval.without(180), 1e-9);
    assertEquals(156, ContrastRemoval.without(217.5), 1e-9);
  }

  @Test
  void aShareOfTheSlicesIsShownWithoutContrastAgent() {
    AugmentationOptions some = new AugmentationOptions(0, 0, 0, 1, 1, 0, 0, 8, 0, 0, 1, 0, 0.3);
    LabelledSlice frame = randomFrame(SIZE, SIZE);
    int without = 0;
    for (int seed = 0; seed < 1000; seed++) {
      float sum = 0;
      for (float value : apply(some, frame, 16, 16, seed).mask()) {
        sum += value;
      }
      without += sum == 0 ? 1 : 0;
    }
    // Four standard deviations of the binomial distribution, 14.5.
    assertEquals(300, without, 58);
  }

  @Test
  void amountsThatMakeNoSenseAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new AugmentationOptions(1.5, 0, 0, 1, 1, 0, 0, 8, 0, 0, 1, 0, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> new AugmentationOptions(0, 0, Double.NaN, 1, 1, 0, 0, 8, 0, 0, 1, 0, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> new AugmentationOptions(0, 0, 0, 1.1, 1, 0, 0, 8, 0, 0, 1, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> AugmentationOptions.named("strong"));
  }

  private static Result apply(
      AugmentationOptions options, LabelledSlice frame, int rows, int columns, long seed) {
    Result result = new Result(new float[rows * columns], new float[rows * columns]);
    Augmentation.draw(options, rows, columns, frame.rows(), frame.columns(), Seeds.of(seed))
        .apply(frame, Seeds.of(seed, 1), result.hu(), result.mask());
    return result;
  }

  private static AugmentationOptions window(double share) {
    return new AugmentationOptions(0, 0, 0, share, share, 0, 0, 8, 0, 0, 1, 0, 0);
  }

  private static AugmentationOptions flips(double rows, double columns) {
    return new AugmentationOptions(rows, columns, 0, 1, 1, 0, 0, 8, 0, 0, 1, 0, 0);
  }

  private static boolean isCrop(LabelledSlice frame, int top, int left, Result result) {
    for (int row = 0; row < SIZE; row++) {
      for (int column = 0; column < SIZE; column++) {
        int source = (top + row) * frame.columns() + left + column;
        int target = row * SIZE + column;
        if (result.hu()[target] != frame.hu()[source]
            || result.mask()[target] != frame.mask()[source]) {
          return false;
        }
      }
    }
    return true;
  }

  private static LabelledSlice randomFrame(int rows, int columns) {
    Random random = new Random(5);
    short[] hu = new short[rows * columns];
    byte[] mask = new byte[rows * columns];
    for (int i = 0; i < hu.length; i++) {
      hu[i] = (short) (random.nextInt(3000) - 1000);
      mask[i] = (byte) random.nextInt(2);
    }
    return new LabelledSlice(rows, columns, hu, mask);
  }

  private static LabelledSlice square(int size, int top, int bottom, int left, int right) {
    return rectangle(size, size, top, bottom, left, right);
  }

  private static LabelledSlice rectangle(
      int rows, int columns, int top, int bottom, int left, int right) {
    short[] hu = new short[rows * columns];
    byte[] mask = new byte[rows * columns];
    for (int row = top; row < bottom; row++) {
      for (int column = left; column < right; column++) {
        hu[row * columns + column] = 1000;
        mask[row * columns + column] = 1;
      }
    }
    return new LabelledSlice(rows, columns, hu, mask);
  }

  private static float[] floats(short[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = values[i];
    }
    return floats;
  }

  private static float[] floats(byte[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = values[i];
    }
    return floats;
  }
}
