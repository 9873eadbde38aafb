package ai.pancreas.classify;

import ai.pancreas.Monitor;
import ai.pancreas.Stage;
import ai.pancreas.internal.DirectFloats;
import ai.pancreas.kernel.AxisWeights;
import ai.pancreas.kernel.Filter;
import ai.pancreas.kernel.Size3;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Mask;
import ai.pancreas.volume.Orientation;
import ai.pancreas.volume.Reorientation;
import ai.pancreas.volume.VolumeSource;
import java.nio.FloatBuffer;

/**
 * The region as the reference project's program of 2024 makes it: the whole CT as whole numbers of
 * HU, 0 outside the mask, by nearest neighbour, clipped to -1024 to 1024 HU and divided by 1024.
 */
public final class ReferenceRegion implements RegionExtractor {
  private final Size3 size;

  ReferenceRegion(Size3 size) {
    this.size = size;
  }

  /**
   * What turns a CT into the reference's array: its DICOM rows and columns as they are, slices
   * ordered by z. A CT from NIfTI is seen as the usual axial series that it was.
   */
  static Reorientation view(CtVolume ct) {
    if (ct.source().format() == VolumeSource.Format.NIFTI) {
      return Reorientation.between(Orientation.of(ct.grid()), Orientation.LPS);
    }
    return Reorientation.flips(false, false, ct.grid().stepZ().z() < 0);
  }

  @Override
  public FloatBuffer extract(CtVolume ct, Mask mask, Monitor monitor) {
    Regions.requireSameGrid(ct, mask);
    Regions.requireNotEmpty(mask);
    Reorientation change = view(ct);
    CtVolume view = ct.reoriented(change);
    Mask inside = mask.reoriented(change);
    AxisWeights slices = AxisWeights.of(Filter.NEAREST, view.grid().nz(), size.z());
    AxisWeights rows = AxisWeights.of(Filter.NEAREST, view.grid().ny(), size.y());
    AxisWeights columns = AxisWeights.of(Filter.NEAREST, view.grid().nx(), size.x());
    FloatBuffer region = DirectFloats.allocate(size.count());
    float[] hu = new float[view.grid().sliceSize()];
    byte[] kept = new byte[view.grid().sliceSize()];
    for (int z = 0; z < size.z(); z++) {
      monitor.throwIfCancelled();
      view.readSlice(slices.first(z), hu);
      inside.readSlice(slices.first(z), kept);
      for (int y = 0; y < size.y(); y++) {
        for (int x = 0; x < size.x(); x++) {
          int voxel = rows.first(y) * view.grid().nx() + columns.first(x);
          region.put(kept[voxel] == 0 ? 0 : Regions.scaled((int) hu[voxel]));
        }
      }
      monitor.progress(Stage.REGION, z + 1, size.z());
    }
    return region.flip();
  }
}
