package ai.pancreas.train;

import java.util.Comparator;
import java.util.List;

/**
 * How well a network did on patients it was not trained on, on the network's grid.
 *
 * @param all all voxels of all patients together
 * @param patients each patient, in the order of their names
 */
public record ValidationResult(ConfusionCounts all, List<Patient> patients) {

  /** One patient's voxels. */
  public record Patient(String name, ConfusionCounts counts) {}

  /** Sums up patients. */
  public ValidationResult(List<Patient> patients) {
    this(
        patients.stream().map(Patient::counts).reduce(ConfusionCounts.NONE, ConfusionCounts::plus),
        patients.stream().sorted(Comparator.comparing(Patient::name)).toList());
  }

  /** The mean of the F1 of those patients who have pancreas in their slices; 0 if none has. */
  public double meanPatientF1() {
    return patients.stream()
        .map(Patient::counts)
        .filter(counts -> counts.truePositives() + counts.falseNegatives() > 0)
        .mapToDouble(ConfusionCounts::f1)
        .average()
        .orElse(0);
  }
}
