package ai.pancreas.evaluation;

import ai.pancreas.dataset.PreparationReport.Dropped;
import java.util.List;

/**
 * What was measured of a model on labelled CTs at their own resolution. A number that is not
 * defined is NaN.
 *
 * @param model the model's id
 * @param engine what ran it
 * @param threshold a voxel is predicted where its probability is above this
 * @param keepLargest whether only the largest connected part of a CT, or of a picture, counts
 * @param patientCount how many patients have a slice
 * @param slices how many there are
 * @param pancreasSlices the slices that hold pancreas, all their voxels together
 * @param dicePerPatient over the patients who have such slices
 * @param patients sorted by name
 * @param emptySlices the slices that hold no pancreas
 * @param volumes whole CTs
 * @param calibrationOfPancreasSlices over all voxels of slices that hold pancreas
 * @param calibrationOfAllSlices over all voxels
 * @param thresholds what other thresholds give, from 0.05 to 0.95; largest parts are not looked for
 * @param cutOutPictures how many pictures were left out because they were cut out of a frame
 * @param dropped what was found and could not be used
 */
public record ModelEvaluation(
    String model,
    String engine,
    double threshold,
    boolean keepLargest,
    int patientCount,
    long slices,
    PancreasSlices pancreasSlices,
    Spread dicePerPatient,
    List<PatientResult> patients,
    EmptySlices emptySlices,
    Volumes volumes,
    Calibration calibrationOfPancreasSlices,
    Calibration calibrationOfAllSlices,
    List<ThresholdResult> thresholds,
    int cutOutPictures,
    List<Dropped> dropped) {

  /**
   * Slices that hold pancreas, all voxels together.
   *
   * @param patients whose they are
   * @param dice NaN where there is no such slice
   * @param precision NaN where nothing was predicted
   * @param recall NaN where there is no such slice
   */
  public record PancreasSlices(
      long slices, int patients, double dice, double precision, double recall) {}

  /**
   * One patient.
   *
   * @param slices how many slices hold pancreas; the next three numbers are about these, all voxels
   *     together
   * @param emptySlices how many slices hold none
   * @param emptySlicesClean of these, the ones without a predicted voxel
   * @param volumeDice over all slices of this patient's whole CTs; NaN for pictures
   */
  public record PatientResult(
      String patient,
      long slices,
      double dice,
      double precision,
      double recall,
      long emptySlices,
      long emptySlicesClean,
      double volumeDice) {}

  /**
   * Slices that hold no pancreas: every predicted voxel in them is false.
   *
   * @param clean slices without a predicted voxel
   * @param falseVoxels in all of them
   * @param falseVoxelsPerSlice the mean
   */
  public record EmptySlices(
      long slices, long clean, long falseVoxels, double falseVoxelsPerSlice) {}

  /**
   * Whole CTs, whose spacing is known.
   *
   * @param count how many there are; pictures do not count
   * @param dice over whole CTs, by CT
   * @param falsePositiveMl in all of them
   * @param falsePositiveMlInEmptySlices the part of it in slices that hold no pancreas
   */
  public record Volumes(
      int count, Spread dice, double falsePositiveMl, double falsePositiveMlInEmptySlices) {}

  /**
   * What another threshold gives.
   *
   * @param dice over all voxels of slices that hold pancreas, likewise precision and recall
   * @param meanDicePerPatient over the patients who have such slices
   * @param emptySlicesClean slices that hold no pancreas and have no predicted voxel
   */
  public record ThresholdResult(
      double threshold,
      double dice,
      double precision,
      double recall,
      double meanDicePerPatient,
      long emptySlicesClean) {}

  public ModelEvaluation {
    patients = List.copyOf(patients);
    thresholds = List.copyOf(thresholds);
    dropped = List.copyOf(dropped);
  }
}
