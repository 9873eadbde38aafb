package ai.pancreas.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RegionWarpTest {
  private static final int FROM = 11;
  private static final int TO = 8;

  /** What stands for 1 in the cache: 1024 HU in 16ths. */
  private static final double STEPS = 16384;

  /** Rounding to float32. */
  private static final double EXACT = 1e-6;

  /** A value that is linear in the indices, which trilinear interpolation keeps. */
  private static short ramp(int z, int y, int x) {
    return (short) (1000 + 100 * z - 30 * y + 7 * x);
  }

  private static short[] ramp() {
    short[] region = new short[FROM * FROM * FROM];
    for (int i = 0; i < region.length; i++) {
      region[i] = ramp(i / (FROM * FROM), i / FROM % FROM, i % FROM);
    }
    return region;
  }

  private static float[] apply(RegionWarp warp, short[] region) {
    FloatBuffer out = FloatBuffer.allocate(TO * TO * TO + 2);
    warp.apply(region, out, 1);
    assertEquals(0, out.get(0));
    assertEquals(0, out.get(TO * TO * TO + 1));
    float[] values = new float[TO * TO * TO];
    out.get(1, values);
    return values;
  }

  private static double at(float[] values, int z, int y, int x) {
    return values[(z * TO + y) * TO + x] * STEPS;
  }

  @Test
  void theCentralPartIsTheRegionItself() {
    float[] values = apply(RegionWarp.central(FROM, TO), ramp());

    // A margin of 3 voxels: 1 before, 2 behind.
    for (int z = 0; z < TO; z++) {
      for (int y = 0; y < TO; y++) {
        for (int x = 0; x < TO; x++) {
          assertEquals(ramp(z + 1, y + 1, x + 1), at(values, z, y, x), EXACT * STEPS);
        }
      }
    }
  }

  @Test
  void shiftsAreThoseOfARandomCrop() {
    Set<Long> corners = new HashSet<>();
    for (int seed = 0; seed < 200; seed++) {
      RegionAugmentation shifts = new RegionAugmentation(0, 1, 0, 0);
      float[] values = apply(RegionWarp.draw(shifts, FROM, TO, Seeds.of(seed)), ramp());
      corners.add(Math.round(at(values, 0, 0, 0)));
    }

    // 0 to 3 on each of three axes.
    Set<Long> possible = new HashSet<>();
    for (int i = 0; i < 64; i++) {
      possible.add((long) ramp(i / 16, i / 4 % 4, i % 4));
    }
    assertTrue(possible.containsAll(corners), corners::toString);
    assertTrue(corners.size() > 48, "most are drawn");
  }

  @Test
  void flipsReverseEachAxisHalfOfTheTime() {
    int[] flipped = new int[3];
    for (int seed = 0; seed < 400; seed++) {
      RegionAugmentation flips = new RegionAugmentation(0, 0, 0, 0.5);
      float[] values = apply(RegionWarp.draw(flips, FROM, TO, Seeds.of(seed)), ramp());
      flipped[0] += at(values, 1, 0, 0) < at(values, 0, 0, 0) ? 1 : 0;
      flipped[1] += at(values, 0, 1, 0) > at(values, 0, 0, 0) ? 1 : 0;
      flipped[2] += at(values, 0, 0, 1) < at(values, 0, 0, 0) ? 1 : 0;
      // The middle stays where it is: flips turn about it.
      double middle = (at(values, 0, 0, 0) + at(values, 7, 7, 7)) / 2;
      assertEquals(1000 + 4.5 * (100 - 30 + 7), middle, EXACT * STEPS);
    }
    for (int count : flipped) {
      // Four standard deviations of a fair coin.
      assertEquals(200, count, 40);
    }
  }

  /** The ramp's steps under a turn by a and a scale s: 100 / s along z, and a rotated gradient. */
  @Test
  void scaleAndRotationChangeTheStepsOfARamp() {
    RegionAugmentation both = new RegionAugmentation(0.1, 0, 10, 0);
    double largestScale = 0;
    double largestDegrees = 0;
    for (int seed = 0; seed < 100; seed++) {
      float[] values = apply(RegionWarp.draw(both, FROM, TO, Seeds.of(seed)), ramp());
      double stepZ = at(values, 4, 4, 4) - at(values, 3, 4, 4);
      double stepY = at(values, 4, 4, 4) - at(values, 4, 3, 4);
      double stepX = at(values, 4, 4, 4) - at(values, 4, 4, 3);
      double scale = 100 / stepZ;
      double angle = Math.atan2(stepX, stepY) - Math.atan2(7, -30);

      assertEquals(Math.hypot(7, 30), scale * Math.hypot(stepX, stepY), 0.05);
      largestScale = Math.max(largestScale, Math.abs(scale - 1));
      double degrees = Math.toDegrees(Math.IEEEremainder(angle, 2 * Math.PI));
      largestDegrees = Math.max(largestDegrees, Math.abs(degrees));
      // About the middle: what is there stays.
      double middle = (at(values, 3, 3, 3) + at(values, 4, 4, 4)) / 2;
      assertEquals(1000 + 4.5 * (100 - 30 + 7), middle, 0.05);
    }
    assertTrue(largestScale > 0.09 && largestScale <= 0.1001, "scale " + largestScale);
    assertTrue(largestDegrees > 9 && largestDegrees <= 10.01, "degrees " + largestDegrees);
  }

  @Test
  void beyondTheBorderIsNothing() {
    short[] ones = new short[FROM * FROM * FROM];
    Arrays.fill(ones, (short) 16384);
    RegionAugmentation smaller = new RegionAugmentation(0.5, 1, 0, 0);
    boolean seen = false;
    for (int seed = 0; seed < 20; seed++) {
      for (float value : apply(RegionWarp.draw(smaller, FROM, TO, Seeds.of(seed)), ones)) {
        assertTrue(value >= 0 && value <= 1);
        seen |= value == 0;
      }
    }
    assertTrue(seen);
  }

  @Test
  void theSameSeedGivesTheSameWarp() {
    assertArrayEquals(
        apply(RegionWarp.draw(RegionAugmentation.REFERENCE, FROM, TO, Seeds.of(1, 2, 3)), ramp()),
        apply(RegionWarp.draw(RegionAugmentation.REFERENCE, FROM, TO, Seeds.of(1, 2, 3)), ramp()));
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new RegionAugmentation(0.6, 1, 10, 0.5));
    assertThrows(IllegalArgumentException.class, () -> new RegionAugmentation(0.1, 2, 10, 0.5));
    assertThrows(IllegalArgumentException.class, () -> new RegionAugmentation(0.1, 1, -1, 0.5));
    assertThrows(
        IllegalArgumentException.class, () -> new RegionAugmentation(0.1, 1, 10, Double.NaN));
  }
}
