package ai.pancreas.train;

import ai.pancreas.train.LearningRateSchedule.Score;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How well a network did on patients it was not trained on, on the network's grid.
 *
 * @param all all voxels of all patients together
 * @param patients each patient, in the order of their names
 */
public record ValidationResult(ConfusionCounts all, List<Patient> patients) implements Validation {
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

  @Override
  public double score() {
    return all.f1();
  }

  @Override
  public Map<String, Number> values() {
    Map<String, Number> values = new LinkedHashMap<>();
    values.put("true_positives", all.truePositives());
    values.put("false_positives", all.falsePositives());
    values.put("false_negatives", all.falseNegatives());
    values.put("true_negatives", all.trueNegatives());
    values.put("accuracy", all.accuracy());
    values.put("precision", all.precision());
    values.put("recall", all.recall());
    values.put("f1", all.f1());
    values.put("mean_patient_f1", meanPatientF1());
    return values;
  }

  @Override
  public String text(Score best) {
    return String.format(
        Locale.ROOT,
        "F1 %.4f (best %.4f in epoch %d), mean of patients %.4f",
        all.f1(),
        best.value(),
        best.epoch(),
        meanPatientF1());
  }
}
