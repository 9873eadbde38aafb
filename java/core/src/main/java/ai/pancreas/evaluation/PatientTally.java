package ai.pancreas.evaluation;

import ai.pancreas.evaluation.ModelEvaluation.PatientResult;

/** What is counted of one patient. Not thread-safe. */
final class PatientTally {
  private final String patient;
  private final long[][] pancreasSliceVoxels = new long[2][Thresholds.INTERVALS];
  private Overlap inPancreasSlices = Overlap.NONE;
  private Overlap inVolumes = Overlap.NONE;
  private long pancreasSlices;
  private long emptySlices;
  private long cleanSlices;

  PatientTally(String patient) {
    this.patient = patient;
  }

  /** Counts a voxel of a slice that holds pancreas. */
  void addVoxel(float probability, int truth) {
    pancreasSliceVoxels[truth][Thresholds.interval(probability)]++;
  }

  void addSlice(Overlap overlap) {
    if (overlap.holdsTruth()) {
      pancreasSlices++;
      inPancreasSlices = inPancreasSlices.plus(overlap);
    } else {
      emptySlices++;
      cleanSlices += overlap.falsePositives() == 0 ? 1 : 0;
    }
  }

  void addVolume(Overlap overlap) {
    inVolumes = inVolumes.plus(overlap);
  }

  long pancreasSlices() {
    return pancreasSlices;
  }

  long slices() {
    return pancreasSlices + emptySlices;
  }

  /** At the model's own threshold, over slices that hold pancreas. */
  Overlap inPancreasSlices() {
    return inPancreasSlices;
  }

  /** The same at the end of an interval of {@link Thresholds}. */
  Overlap above(int interval) {
    long truePositives = 0;
    long falsePositives = 0;
    long falseNegatives = 0;
    for (int k = 0; k < Thresholds.INTERVALS; k++) {
      if (k > interval) {
        truePositives += pancreasSliceVoxels[1][k];
        falsePositives += pancreasSliceVoxels[0][k];
      } else {
        falseNegatives += pancreasSliceVoxels[1][k];
      }
    }
    return new Overlap(truePositives, falsePositives, falseNegatives);
  }

  PatientResult result() {
    return new PatientResult(
        patient,
        pancreasSlices,
        inPancreasSlices.dice(),
        inPancreasSlices.precision(),
        inPancreasSlices.recall(),
        emptySlices,
        cleanSlices,
        inVolumes.dice());
  }
}
