package ai.pancreas.classify;

import ai.pancreas.Monitor;
import ai.pancreas.Stage;
import ai.pancreas.internal.DirectFloats;
import ai.pancreas.internal.ParallelFor;
import ai.pancreas.kernel.AxisWeights;
import ai.pancreas.kernel.Filter;
import ai.pancreas.kernel.Filters3;
import ai.pancreas.kernel.Kernels;
import ai.pancreas.kernel.Size3;
import ai.pancreas.model.RegionPreprocessing.Corrected;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Mask;
import ai.pancreas.volume.Orientation;
import ai.pancreas.volume.Reorientation;
import ai.pancreas.volume.VoxelBox;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * The region as {@link Corrected} describes it, in use and, enlarged, in training.
 *
 * <p>Of the CT, only slices that the mask reaches are read, and each of them is resampled in its
 * plane before the next, so that memory does not grow with the CT's resolution.
 */
public final class CorrectedRegion implements RegionExtractor {

  /** How much more than in use training sees on each side of an axis, of what it sees in use. */
  private static final double MARGIN = 0.1;

  private static final Filters3 IN_PLANE = new Filters3(Filter.NONE, Filter.LINEAR, Filter.LINEAR);

  private final Corrected preprocessing;
  private final Size3 size;
  private final Kernels kernels;
  private final int threads;

  /**
   * An extractor.
   *
   * @param size the network's input size
   * @param threads threads of one call, at least 1
   */
  public CorrectedRegion(Corrected preprocessing, Size3 size, Kernels kernels, int threads) {
    this.preprocessing = preprocessing;
    this.size = size;
    this.kernels = kernels;
    this.threads = threads;
  }

  /** Makes the middle of {@link #extractEnlarged}: what training has around its own middle. */
  @Override
  public FloatBuffer extract(CtVolume ct, Mask mask, Monitor monitor) {
    FloatBuffer enlarged = extractEnlarged(ct, mask, monitor);
    Size3 from = enlargedSize();
    FloatBuffer region = DirectFloats.allocate(size.count());
    for (int z = 0; z < size.z(); z++) {
      for (int y = 0; y < size.y(); y++) {
        int row = (z + added(size.z())) * from.y() + y + added(size.y());
        region.put(enlarged.slice(row * from.x() + added(size.x()), size.x()));
      }
    }
    return region.flip();
  }

  /**
   * The size of enlarged regions: about 1.2 times the network's, with as many steps more on both
   * sides. (The reference project's 115 for 96 would put the middle between two steps.)
   */
  public Size3 enlargedSize() {
    return new Size3(enlarged(size.z()), enlarged(size.y()), enlarged(size.x()));
  }

  private static int enlarged(int length) {
    return length + 2 * added(length);
  }

  /** How many steps are added on each side. */
  private static int added(int length) {
    return (int) Math.round(MARGIN * length);
  }

  /**
   * Makes the region for training: larger by the same number of the CT's voxels on both sides of
   * each axis, rounded such that a step is as long as it would be without them; 0 beyond the CT.
   *
   * @param mask on the CT's grid
   * @return [slice][row][column] of {@link #enlargedSize()}, -1 to 1, 0 outside the mask
   * @throws IllegalArgumentException if CT and mask are on different grids
   * @throws ai.pancreas.PancreasException {@code BAD_DATA} if the mask is empty
   * @throws java.util.concurrent.CancellationException if the monitor cancels
   */
  public FloatBuffer extractEnlarged(CtVolume ct, Mask mask, Monitor monitor) {
    View view = new View(ct, mask);
    return view.resample(grown(view.cropped()), enlargedSize(), monitor);
  }

  private VoxelBox grown(VoxelBox box) {
    int x = margin(box.size(0), size.x());
    int y = margin(box.size(1), size.y());
    int z = margin(box.size(2), size.z());
    return new VoxelBox(
        box.fromX() - x,
        box.toX() + x,
        box.fromY() - y,
        box.toY() + y,
        box.fromZ() - z,
        box.toZ() + z);
  }

  /** How many voxels are added on each side of so many that become so many steps. */
  private static int margin(int voxels, int steps) {
    return (int) Math.round((double) voxels * added(steps) / steps);
  }

  /** A CT and its mask in LPS orientation. */
  private final class View {
    private final CtVolume ct;
    private final Mask mask;
    private final VoxelBox pancreas;

    View(CtVolume ct, Mask mask) {
      Regions.requireSameGrid(ct, mask);
      Reorientation change = Reorientation.between(Orientation.of(ct.grid()), Orientation.LPS);
      this.ct = ct.reoriented(change);
      this.mask = mask.reoriented(change);
      this.pancreas = Regions.requireNotEmpty(this.mask);
    }

    VoxelBox cropped() {
      return new VoxelBox(start(0), end(0), start(1), end(1), start(2), end(2));
    }

    private int start(int axis) {
      return (int) (preprocessing.crop() * pancreas.from(axis));
    }

    private int end(int axis) {
      int voxels = ct.grid().size(axis);
      return voxels - (int) (preprocessing.crop() * (voxels - pancreas.to(axis)));
    }

    /**
     * Slices without mask are 0, so that only the others are made: in their plane, then along z.
     */
    FloatBuffer resample(VoxelBox box, Size3 target, Monitor monitor) {
      float[][] planes = new float[pancreas.size(2)][];
      ParallelFor.run(
          Stage.REGION, planes.length, threads, monitor, () -> new PlaneMaker(box, target, planes));
      AxisWeights weights = AxisWeights.of(Filter.LINEAR, box.size(2), target.z());
      FloatBuffer region = DirectFloats.allocate(target.count());
      float[] slice = new float[target.y() * target.x()];
      for (int z = 0; z < target.z(); z++) {
        Arrays.fill(slice, 0);
        for (int k = 0; k < weights.count(z); k++) {
          int plane = box.fromZ() + weights.first(z) + k - pancreas.fromZ();
          if (plane >= 0 && plane < planes.length) {
            add(weights.weight(z, k), planes[plane], slice);
          }
        }
        region.put(slice);
      }
      return region.flip();
    }

    private static void add(float weight, float[] plane, float[] sum) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += weight * plane[i];
      }
    }

    /** Resamples slices of the pancreas in their plane; holds working memory for one thread. */
    private final class PlaneMaker implements IntConsumer {
      private final VoxelBox box;
      private final float[][] planes;
      private final Size3 sourceSize;
      private final Size3 targetSize;
      private final float[] hu = new float[ct.grid().sliceSize()];
      private final byte[] inside = new byte[hu.length];
      private final FloatBuffer source;
      private final FloatBuffer target;

      PlaneMaker(VoxelBox box, Size3 target, float[][] planes) {
        this.box = box;
        this.planes = planes;
        this.sourceSize = new Size3(1, box.size(1), box.size(0));
        this.targetSize = new Size3(1, target.y(), target.x());
        this.source = DirectFloats.allocate(sourceSize.count());
        this.target = DirectFloats.allocate(targetSize.count());
      }

      @Override
      public void accept(int plane) {
        ct.readSlice(pancreas.fromZ() + plane, hu);
        mask.readSlice(pancreas.fromZ() + plane, inside);
        for (int y = pancreas.fromY(); y < pancreas.toY(); y++) {
          for (int x = pancreas.fromX(); x < pancreas.toX(); x++) {
            int voxel = y * ct.grid().nx() + x;
            source.put(
                (y - box.fromY()) * sourceSize.x() + x - box.fromX(),
                inside[voxel] == 0 ? 0 : Regions.scaled(hu[voxel]));
          }
        }
        kernels.resample(source, sourceSize, target, targetSize, IN_PLANE, 1);
        planes[plane] = new float[Math.toIntExact(targetSize.count())];
        target.get(0, planes[plane]);
      }
    }
  }
}
