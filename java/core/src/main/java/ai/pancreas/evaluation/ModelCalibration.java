package ai.pancreas.evaluation;

import ai.pancreas.dataset.PreparationReport.Dropped;
import java.util.List;

/**
 * What was found out about a model's probabilities.
 *
 * @param model the model's id
 * @param slices on which the temperature was fitted
 * @param patients whose they are
 * @param temperature by which the logits of this model are to be divided
 * @param before how far the model's probabilities can be taken at their word, over all voxels
 * @param dropped what was found and could not be used
 */
public record ModelCalibration(
    String model,
    long slices,
    int patients,
    double temperature,
    Calibration before,
    List<Dropped> dropped) {
  public ModelCalibration {
    dropped = List.copyOf(dropped);
  }

  /** The cases in words, such as {@code 83 slices of 10 patients}. */
  public String fittedOn() {
    return slices
        + (slices == 1 ? " slice of " : " slices of ")
        + patients
        + (patients == 1 ? " patient" : " patients");
  }
}
