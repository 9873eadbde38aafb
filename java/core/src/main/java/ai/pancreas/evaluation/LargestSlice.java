package ai.pancreas.evaluation;

import ai.pancreas.dataset.CaseDescription.Kind;
import ai.pancreas.dataset.LabelledCt;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.HuSlice;
import ai.pancreas.volume.Mask;
import java.util.List;

/** Keeps the slice with the most pancreas of the CTs that it sees. Not thread-safe. */
final class LargestSlice {
  private long voxels = -1;
  private EvaluatedSlice slice;

  /** Whether a CT has a slice with more pancreas than the one that is kept. */
  boolean isBeatenBy(LabelledCt ct) {
    return pancreas(ct.truth(), largest(ct.truth())) > voxels;
  }

  /** Keeps a CT's largest slice. */
  void take(LabelledCt ct, Mask prediction) {
    int z = largest(ct.truth());
    voxels = pancreas(ct.truth(), z);
    Grid all = ct.ct().grid();
    Grid grid =
        new Grid(
            all.nx(), all.ny(), 1, all.toPatient(0, 0, z), all.stepX(), all.stepY(), all.stepZ());
    float[] hu = new float[all.sliceSize()];
    byte[] predicted = new byte[all.sliceSize()];
    byte[] truth = new byte[all.sliceSize()];
    ct.ct().readSlice(z, hu);
    prediction.readSlice(z, predicted);
    ct.truth().readSlice(z, truth);
    slice =
        new EvaluatedSlice(
            ct.kind() == Kind.VOLUME
                ? ct.name() + ", slice " + (z + 1) + " of " + all.nz()
                : ct.name(),
            new CtVolume(grid, List.of(HuSlice.ofFloats(hu)), ct.ct().source()),
            new Mask(grid, List.of(predicted)),
            new Mask(grid, List.of(truth)),
            Overlap.of(predicted, truth).dice());
  }

  /** What is kept; a CT was taken before. */
  EvaluatedSlice slice() {
    return slice;
  }

  private static int largest(Mask truth) {
    int largest = 0;
    long most = -1;
    for (int z = 0; z < truth.grid().nz(); z++) {
      long count = pancreas(truth, z);
      if (count > most) {
        largest = z;
        most = count;
      }
    }
    return largest;
  }

  private static long pancreas(Mask truth, int z) {
    byte[] slice = new byte[truth.grid().sliceSize()];
    truth.readSlice(z, slice);
    long count = 0;
    for (byte value : slice) {
      count += value;
    }
    return count;
  }
}
