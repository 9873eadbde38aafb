package ai.pancreas.train;

import ai.pancreas.dataset.LabelledSlice;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * One drawn variation of a slice, or of all slices of a volume: a warp, done in one resampling
 * pass, and a change of intensities, in HU, before the network's intensity window. Immutable and
 * thread-safe.
 */
final class Augmentation {
  /** What surrounds a frame. */
  static final short AIR_HU = -1024;

  private final SliceWarp warp;
  private final IntensityChange intensity;
  private final boolean unenhanced;

  private Augmentation(SliceWarp warp, IntensityChange intensity, boolean unenhanced) {
    this.warp = warp;
    this.intensity = intensity;
    this.unenhanced = unenhanced;
  }

  /**
   * Draws a variation.
   *
   * @param rows rows of the network's grid
   * @param columns columns of the network's grid
   * @param frameRows rows of the slices that it is for
   * @param frameColumns columns of the slices that it is for
   */
  static Augmentation draw(
      AugmentationOptions options,
      int rows,
      int columns,
      int frameRows,
      int frameColumns,
      RandomGenerator random) {
    boolean flipRows = random.nextDouble() < options.flipRows();
    boolean flipColumns = random.nextDouble() < options.flipColumns();
    double rotation = Math.toRadians(options.rotationDegrees()) * symmetric(random);
    double window =
        options.minWindow() + (options.maxWindow() - options.minWindow()) * random.nextDouble();
    double centreRow = centre(frameRows, window, options.shift(), random);
    double centreColumn = centre(frameColumns, window, options.shift(), random);
    double displacement = options.elasticPixels() * random.nextDouble();
    ElasticGrid elastic =
        displacement > 0
            ? ElasticGrid.random(options.elasticCells(), displacement, random)
            : ElasticGrid.NONE;
    SliceWarp warp =
        new SliceWarp(
            rows,
            columns,
            elastic,
            flipRows,
            flipColumns,
            rotation,
            window * frameRows / rows,
            window * frameColumns / columns,
            centreRow,
            centreColumn);
    IntensityChange intensity =
        new IntensityChange(
            1 + options.contrast() * symmetric(random),
            options.offsetHu() * symmetric(random),
            Math.pow(options.gamma(), symmetric(random)),
            options.noiseHu() * random.nextDouble());
    boolean unenhanced = options.unenhanced() > 0 && random.nextDouble() < options.unenhanced();
    return new Augmentation(warp, intensity, unenhanced);
  }

  private static double symmetric(RandomGenerator random) {
    return 2 * random.nextDouble() - 1;
  }

  /**
   * The centre of a window within a frame's axis, in pixels from the frame's edge. A window that is
   * smaller than the frame starts at any whole pixel, so that a plain crop blurs nothing.
   */
  private static double centre(int frame, double window, double shift, RandomGenerator random) {
    double side = window * frame;
    double room = frame - side;
    double place = random.nextDouble();
    double start = room > 0 ? Math.min(room, Math.floor(place * (room + 1))) : room / 2;
    return start + side / 2 + shift * frame * symmetric(random);
  }

  /**
   * Makes one slice of the network's grid: HU by bilinear interpolation; mask where the bilinear
   * interpolation of the mask is at least one half. Beyond the frame there is air and no pancreas;
   * nor is there any in a slice that is shown without contrast agent.
   *
   * @param frame a slice of the size that this was drawn for
   * @param noise where the noise of this slice comes from
   * @param hu [row][column] of the network's grid, to be written
   * @param mask the same of 0 or 1
   */
  void apply(LabelledSlice frame, RandomGenerator noise, float[] hu, float[] mask) {
    int columns = warp.columns();
    double[] frameRows = new double[columns];
    double[] frameColumns = new double[columns];
    for (int row = 0; row < warp.rows(); row++) {
      warp.places(row, frameRows, frameColumns);
      for (int column = 0; column < columns; column++) {
        sample(frame, frameRows[column], frameColumns[column], row * columns + column, hu, mask);
      }
    }
    int count = warp.rows() * columns;
    if (unenhanced) {
      ContrastRemoval.apply(hu, count, noise);
      Arrays.fill(mask, 0, count, 0);
    }
    intensity.apply(hu, count, noise);
  }

  private static void sample(
      LabelledSlice frame, double y, double x, int target, float[] hu, float[] mask) {
    double top = Math.floor(y);
    double left = Math.floor(x);
    double value = 0;
    double inside = 0;
    for (int dy = 0; dy < 2; dy++) {
      double rowWeight = dy == 0 ? 1 - (y - top) : y - top;
      for (int dx = 0; dx < 2; dx++) {
        double weight = rowWeight * (dx == 0 ? 1 - (x - left) : x - left);
        double row = top + dy;
        double column = left + dx;
        if (row >= 0 && row < frame.rows() && column >= 0 && column < frame.columns()) {
          int source = (int) row * frame.columns() + (int) column;
          value += weight * frame.hu()[source];
          inside += weight * frame.mask()[source];
        } else {
          value += weight * AIR_HU;
        }
      }
    }
    hu[target] = (float) value;
    mask[target] = inside >= 0.5 ? 1 : 0;
  }
}
