package ai.pancreas.evaluation;

import ai.pancreas.PancreasException;
import ai.pancreas.model.Model;
import ai.pancreas.model.ModelDescription;
import ai.pancreas.model.Postprocessing;
import ai.pancreas.model.Tensor;
import ai.pancreas.model.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Puts a temperature into a model: its last layer, whose softmax gives the probability, is divided
 * by it, so that p becomes sigmoid(logit(p) / T) without any engine knowing. That happens on the
 * network's grid; on a CT's own grid the probability is resampled after it, so that what was fitted
 * there is met nearly. Stateless and thread-safe.
 */
public final class TemperatureScaling {
  private static final Set<String> LAST_LAYER = Set.of("head/kernel", "head/bias");
  private static final String NOTE = "calibration";

  private TemperatureScaling() {}

  /**
   * Makes a calibrated model, with all that is said about the given one.
   *
   * @param threshold of the model as it is; it moves along, so that masks stay the same but for
   *     what resampling of the probability changes
   * @throws PancreasException {@code MODEL} if the model is not for segmentation
   * @throws IllegalArgumentException if the threshold is not between 0 and 1
   */
  public static Model apply(Model model, ModelCalibration calibration, double threshold) {
    if (!(threshold > 0 && threshold < 1)) {
      throw new IllegalArgumentException("a threshold between 0 and 1, not " + threshold);
    }
    ModelDescription description = model.description();
    double temperature = calibration.temperature();
    Postprocessing post = description.postprocessing();
    return new Model(
        description
            .withPostprocessing(
                new Postprocessing(
                    post.filters(), moved(threshold, temperature), post.keepLargest()))
            .withTraining(noted(description.training(), calibration)),
        divided(model.weights(), temperature));
  }

  /** What a probability becomes. */
  static double moved(double probability, double temperature) {
    return Probabilities.sigmoid(Probabilities.logit(probability) / temperature);
  }

  private static Map<String, String> noted(
      Map<String, String> training, ModelCalibration calibration) {
    String note =
        String.format(
            Locale.ROOT,
            "temperature %.4f, fitted on %s",
            calibration.temperature(),
            calibration.fittedOn());
    Map<String, String> all = new LinkedHashMap<>(training);
    all.merge(NOTE, note, (before, after) -> before + "; then " + after);
    return all;
  }

  private static Weights divided(Weights weights, double temperature) {
    List<Tensor> tensors = new ArrayList<>();
    for (Tensor tensor : weights.tensors()) {
      tensors.add(LAST_LAYER.contains(tensor.name()) ? divided(tensor, temperature) : tensor);
    }
    return new Weights(tensors);
  }

  private static Tensor divided(Tensor tensor, double temperature) {
    float[] values = tensor.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (values[i] / temperature);
    }
    return new Tensor(tensor.name(), tensor.shape(), values);
  }
}
