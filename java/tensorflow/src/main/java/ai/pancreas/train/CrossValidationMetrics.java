package ai.pancreas.train;

import ai.pancreas.evaluation.ClassificationMetrics;
import ai.pancreas.evaluation.ReliabilityCurve;
import ai.pancreas.io.AtomicFile;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The file {@code metrics.json} of a cross-validation; what is not defined is null. */
final class CrossValidationMetrics {
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().serializeNulls().create();

  private CrossValidationMetrics() {}

  /**
   * Writes the file, whole or not at all.
   *
   * @throws ai.pancreas.PancreasException {@code OUTPUT} if it cannot be written
   */
  static void write(CrossValidation.Result result, ReliabilityCurve curve, Path file) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(
        "data",
        "all patients, each judged by a network in which it had no say; %d networks, one a fold"
            .formatted(result.folds().size()));
    fields.putAll(fields(result.metrics()));
    fields.put("expected_calibration_error", finite(curve.expectedCalibrationError()));
    List<Map<String, Object>> folds = new ArrayList<>();
    for (ClassificationMetrics metrics : result.folds()) {
      Map<String, Object> fold = new LinkedHashMap<>();
      fold.put("fold", folds.size() + 1);
      fold.putAll(fields(metrics));
      folds.add(fold);
    }
    fields.put("folds", folds);
    fields.put("notice", "Research use only, not a medical device.");
    String json = GSON.toJson(fields) + "\n";
    AtomicFile.write(file, out -> out.write(json.getBytes(StandardCharsets.UTF_8)));
  }

  private static Map<String, Object> fields(ClassificationMetrics metrics) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("patients", metrics.counts().patients());
    fields.put("positives", metrics.counts().positives());
    fields.put("threshold", metrics.threshold());
    metrics.values().forEach((name, value) -> fields.put(name, finite(value)));
    fields.put("auc_standard_error", finite(metrics.auc().standardError()));
    fields.put("auc_interval", metrics.auc().method().label());
    return fields;
  }

  private static Number finite(Number value) {
    return Double.isFinite(value.doubleValue()) ? value : null;
  }
}
