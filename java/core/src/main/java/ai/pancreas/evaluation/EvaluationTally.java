package ai.pancreas.evaluation;

import ai.pancreas.dataset.PreparationReport.Dropped;
import ai.pancreas.evaluation.ModelEvaluation.EmptySlices;
import ai.pancreas.evaluation.ModelEvaluation.PancreasSlices;
import ai.pancreas.evaluation.ModelEvaluation.ThresholdResult;
import ai.pancreas.evaluation.ModelEvaluation.Volumes;
import ai.pancreas.model.ModelDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Counts the voxels of predictions and truths, slice by slice. Its size depends on the number of
 * patients alone. Not thread-safe.
 */
final class EvaluationTally {
  private final SortedMap<String, PatientTally> patients = new TreeMap<>();
  private final ProbabilityTally pancreasSliceVoxels = new ProbabilityTally();
  private final ProbabilityTally emptySliceVoxels = new ProbabilityTally();
  private final long[] emptySlicesByMaximum = new long[Thresholds.INTERVALS];
  private final List<Double> volumeDice = new ArrayList<>();
  private long emptySlices;
  private long cleanSlices;
  private long falseVoxels;
  private double falseMl;
  private double falseMlInEmptySlices;

  /**
   * Counts a slice.
   *
   * @param probability of pancreas; at least as long as the others
   * @param predicted 1 where the model says pancreas, else 0
   * @param truth 1 where it is
   * @return how prediction and truth agree in it
   */
  Overlap addSlice(String patient, float[] probability, byte[] predicted, byte[] truth) {
    PatientTally tally = patients.computeIfAbsent(patient, PatientTally::new);
    Overlap overlap = Overlap.of(predicted, truth);
    if (overlap.holdsTruth()) {
      for (int i = 0; i < truth.length; i++) {
        tally.addVoxel(probability[i], truth[i]);
        pancreasSliceVoxels.add(probability[i], truth[i]);
      }
    } else {
      float maximum = 0;
      for (int i = 0; i < truth.length; i++) {
        emptySliceVoxels.add(probability[i], 0);
        maximum = Math.max(maximum, probability[i]);
      }
      emptySlices++;
      emptySlicesByMaximum[Thresholds.interval(maximum)]++;
      cleanSlices += overlap.falsePositives() == 0 ? 1 : 0;
      falseVoxels += overlap.falsePositives();
    }
    tally.addSlice(overlap);
    return overlap;
  }

  /**
   * Counts a whole CT, whose slices were counted before.
   *
   * @param overlap over all of its slices
   * @param falseVoxelsInEmptySlices the false positive ones in slices that hold no pancreas
   */
  void addVolume(
      String patient, Overlap overlap, long falseVoxelsInEmptySlices, double voxelVolumeMm3) {
    patients.computeIfAbsent(patient, PatientTally::new).addVolume(overlap);
    volumeDice.add(overlap.dice());
    falseMl += overlap.falsePositives() * voxelVolumeMm3 / 1000;
    falseMlInEmptySlices += falseVoxelsInEmptySlices * voxelVolumeMm3 / 1000;
  }

  int patientCount() {
    return patients.size();
  }

  long slices() {
    return patients.values().stream().mapToLong(PatientTally::slices).sum();
  }

  ProbabilityTally allVoxels() {
    return pancreasSliceVoxels.plus(emptySliceVoxels);
  }

  ModelEvaluation result(
      ModelDescription model, String engine, int cutOutPictures, List<Dropped> dropped) {
    List<PatientTally> withPancreas =
        patients.values().stream().filter(tally -> tally.pancreasSlices() > 0).toList();
    long pancreasSlices = withPancreas.stream().mapToLong(PatientTally::pancreasSlices).sum();
    Overlap overlap =
        withPancreas.stream()
            .map(PatientTally::inPancreasSlices)
            .reduce(Overlap.NONE, Overlap::plus);
    return new ModelEvaluation(
        model.id(),
        engine,
        model.postprocessing().threshold(),
        model.postprocessing().keepLargest(),
        patientCount(),
        slices(),
        new PancreasSlices(
            pancreasSlices,
            withPancreas.size(),
            overlap.dice(),
            overlap.precision(),
            overlap.recall()),
        Spread.of(withPancreas.stream().mapToDouble(tally -> tally.inPancreasSlices().dice())),
        patients.values().stream().map(PatientTally::result).toList(),
        new EmptySlices(emptySlices, cleanSlices, falseVoxels, (double) falseVoxels / emptySlices),
        new Volumes(
            volumeDice.size(),
            Spread.of(volumeDice.stream().mapToDouble(Double::doubleValue)),
            falseMl,
            falseMlInEmptySlices),
        pancreasSliceVoxels.calibration(),
        allVoxels().calibration(),
        thresholds(withPancreas),
        cutOutPictures,
        dropped);
  }

  private List<ThresholdResult> thresholds(List<PatientTally> withPancreas) {
    List<ThresholdResult> results = new ArrayList<>();
    long clean = 0;
    for (int interval = 0; interval < Thresholds.INTERVALS - 1; interval++) {
      clean += emptySlicesByMaximum[interval];
      int below = interval;
      List<Overlap> overlaps = withPancreas.stream().map(tally -> tally.above(below)).toList();
      Overlap overlap = overlaps.stream().reduce(Overlap.NONE, Overlap::plus);
      results.add(
          new ThresholdResult(
              Thresholds.end(interval),
              overlap.dice(),
              overlap.precision(),
              overlap.recall(),
              overlaps.stream().mapToDouble(Overlap::dice).average().orElse(Double.NaN),
              clean));
    }
    return results;
  }
}
