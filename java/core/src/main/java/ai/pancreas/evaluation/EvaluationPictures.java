package ai.pancreas.evaluation;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.dataset.LabelledCts;
import ai.pancreas.evaluation.ModelEvaluation.PatientResult;
import ai.pancreas.model.ModelDescription;
import ai.pancreas.model.Preprocessing;
import ai.pancreas.report.Preview;
import ai.pancreas.report.SliceComparison;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Pictures of what a model does well and what it does not: of the patients with the best, the
 * median and the worst Dice the slice with the most pancreas. Immutable.
 */
public final class EvaluationPictures {
  private static final double SOFT_TISSUE_MIN_HU = -160;
  private static final double SOFT_TISSUE_MAX_HU = 240;

  private final ModelEvaluator evaluator;
  private final ModelDescription model;

  /** Pictures of a model in the window that it sees. */
  public EvaluationPictures(ModelEvaluator evaluator, ModelDescription model) {
    this.evaluator = evaluator;
    this.model = model;
  }

  /**
   * Writes {@code best.png}, {@code median.png} and {@code worst.png}, each whole or not at all;
   * none where no slice holds pancreas. The cases of these patients are read again.
   *
   * @param cts what was evaluated
   * @param folder made where it is not there
   * @return the files that were written
   * @throws PancreasException {@code OUTPUT} if one cannot be written
   * @throws java.util.concurrent.CancellationException if the monitor cancels
   */
  public List<Path> write(
      ModelEvaluation evaluation, LabelledCts cts, Path folder, Monitor monitor) {
    List<PatientResult> patients =
        evaluation.patients().stream()
            .filter(patient -> patient.slices() > 0)
            .sorted(Comparator.comparingDouble(PatientResult::dice))
            .toList();
    if (patients.isEmpty()) {
      return List.of();
    }
    Map<String, PatientResult> chosen = new LinkedHashMap<>();
    chosen.put("best", patients.get(patients.size() - 1));
    chosen.put("median", patients.get((patients.size() - 1) / 2));
    chosen.put("worst", patients.get(0));
    makeFolder(folder);
    chosen.forEach(
        (name, patient) ->
            write(name, patient, cts.ofPatients(List.of(patient.patient())), folder, monitor));
    return chosen.keySet().stream().map(name -> folder.resolve(name + ".png")).toList();
  }

  private void write(
      String name, PatientResult patient, LabelledCts cts, Path folder, Monitor monitor) {
    EvaluatedSlice slice = evaluator.largestSlice(cts, monitor);
    Preprocessing.Intensity intensity = model.preprocessing().intensity();
    boolean window =
        Double.isFinite(intensity.clipMinHu()) && Double.isFinite(intensity.clipMaxHu());
    String title = name + ": patient " + patient.patient() + ", " + slice.name();
    String numbers =
        String.format(Locale.ROOT, "Dice %.3f, of the patient %.3f", slice.dice(), patient.dice());
    Preview.writePng(
        SliceComparison.render(
            slice.ct(),
            slice.prediction(),
            slice.truth(),
            window ? intensity.clipMinHu() : SOFT_TISSUE_MIN_HU,
            window ? intensity.clipMaxHu() : SOFT_TISSUE_MAX_HU,
            title,
            numbers),
        folder.resolve(name + ".png"));
  }

  private static void makeFolder(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new PancreasException(
          ErrorCode.OUTPUT, "cannot make the folder " + folder + "; name another", e);
    }
  }
}
