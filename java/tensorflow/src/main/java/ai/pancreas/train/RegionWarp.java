package ai.pancreas.train;

import ai.pancreas.dataset.RegionCache;
import java.nio.FloatBuffer;
import java.util.random.RandomGenerator;

/**
 * An affine map from the voxels that the network sees into a larger region, whose steps are as
 * long: one resampling shifts, magnifies, turns and flips. Immutable and thread-safe.
 */
final class RegionWarp {
  private static final int AXES = 3;

  /** HU in the cache times this are what the network sees: -1024 to 1024 HU become -1 to 1. */
  private static final double STEPS = 1024 * RegionCache.STEPS_PER_HU;

  private final int from;
  private final int to;

  /** What each axis of the target is multiplied by: 1 / scale, negative where it is reversed. */
  private final double stepZ;

  private final double stepY;
  private final double stepX;
  private final double cosine;
  private final double sine;

  /** Where the target's middle lies in the source, as indices. */
  private final double middleZ;

  private final double middleY;
  private final double middleX;

  private RegionWarp(
      int from, int to, int[] offsets, double scale, double radians, boolean[] flips) {
    this.from = from;
    this.to = to;
    this.stepZ = (flips[0] ? -1 : 1) / scale;
    this.stepY = (flips[1] ? -1 : 1) / scale;
    this.stepX = (flips[2] ? -1 : 1) / scale;
    this.cosine = Math.cos(radians);
    this.sine = Math.sin(radians);
    this.middleZ = offsets[0] + (to - 1) / 2.0;
    this.middleY = offsets[1] + (to - 1) / 2.0;
    this.middleX = offsets[2] + (to - 1) / 2.0;
  }

  /**
   * The central part of a region as it is, which inference sees, too. The two sizes differ by an
   * even number.
   *
   * @param from slices, rows and columns of regions
   * @param to slices, rows and columns of what the network sees, at most as many
   */
  static RegionWarp central(int from, int to) {
    return draw(RegionAugmentation.OFF, from, to, Seeds.of());
  }

  /** A warp by chance. */
  static RegionWarp draw(RegionAugmentation options, int from, int to, RandomGenerator random) {
    int[] offsets = new int[AXES];
    for (int axis = 0; axis < AXES; axis++) {
      offsets[axis] = offset(from - to, options.shift(), random);
    }
    double scale = 1 + options.scale() * symmetric(random);
    double radians = Math.toRadians(options.rotationDegrees() * symmetric(random));
    boolean[] flips = new boolean[AXES];
    for (int axis = 0; axis < AXES; axis++) {
      flips[axis] = random.nextDouble() < options.flip();
    }
    return new RegionWarp(from, to, offsets, scale, radians, flips);
  }

  private static int offset(int margin, double shift, RandomGenerator random) {
    int least = (int) Math.floor(margin / 2.0 * (1 - shift));
    int most = (int) Math.floor(margin / 2.0 * (1 + shift));
    return least + random.nextInt(most - least + 1);
  }

  private static double symmetric(RandomGenerator random) {
    return 2 * random.nextDouble() - 1;
  }

  /**
   * Resamples a region: trilinear, 0 beyond its border.
   *
   * @param region [slice][row][column], as {@link RegionCache} holds it
   * @param out where the values go, [slice][row][column], -1 to 1
   * @param first the index of the first of them
   */
  void apply(short[] region, FloatBuffer out, int first) {
    int i = first;
    for (int z = 0; z < to; z++) {
      double sourceZ = middleZ + stepZ * (z - (to - 1) / 2.0);
      for (int y = 0; y < to; y++) {
        double v = stepY * (y - (to - 1) / 2.0);
        for (int x = 0; x < to; x++) {
          double u = stepX * (x - (to - 1) / 2.0);
          double sourceY = middleY + cosine * v - sine * u;
          double sourceX = middleX + sine * v + cosine * u;
          out.put(i++, (float) (at(region, sourceZ, sourceY, sourceX) / STEPS));
        }
      }
    }
  }

  private double at(short[] region, double z, double y, double x) {
    int slice = (int) Math.floor(z);
    int row = (int) Math.floor(y);
    int column = (int) Math.floor(x);
    double c = z - slice;
    return (1 - c) * inSlice(region, slice, row, column, y - row, x - column)
        + (c == 0 ? 0 : c * inSlice(region, slice + 1, row, column, y - row, x - column));
  }

  private double inSlice(short[] region, int slice, int row, int column, double b, double a) {
    if (slice < 0 || slice >= from) {
      return 0;
    }
    return (1 - b) * inRow(region, slice, row, column, a)
        + b * inRow(region, slice, row + 1, column, a);
  }

  private double inRow(short[] region, int slice, int row, int column, double a) {
    if (row < 0 || row >= from) {
      return 0;
    }
    int start = (slice * from + row) * from;
    double left = column >= 0 && column < from ? region[start + column] : 0;
    double right = column >= -1 && column + 1 < from ? region[start + column + 1] : 0;
    return left + a * (right - left);
  }
}
