package ai.pancreas.model;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One model whose weights are the mean of those of several (Wortsman et al., Model Soups, ICML
 * 2022, arXiv:2203.05482). That is sensible where all of them end the same training, or continue
 * the same model, in different ways: networks that started from different random weights have no
 * mean of use. Stateless and thread-safe.
 */
public final class WeightAverage {
  private WeightAverage() {}

  /**
   * The mean. All that is said of it is what the first model says, but for its metrics, which hold
   * no longer; the credits of all are kept.
   *
   * @param models two or more
   * @throws PancreasException {@code USAGE} if there are fewer, or they differ in their network, in
   *     what happens before or after it, or in their licence
   */
  public static Model of(List<Model> models) {
    if (models.size() < 2) {
      throw new PancreasException(ErrorCode.USAGE, "a mean needs two models or more");
    }
    ModelDescription first = models.get(0).description();
    Set<String> credits = new LinkedHashSet<>();
    for (Model model : models) {
      requireAlike(first, model.description());
      credits.addAll(model.description().credits());
    }
    Map<String, String> training = new LinkedHashMap<>(first.training());
    training.put(
        "averaged",
        models.stream()
            .map(model -> "SHA-256 " + model.description().weightsSha256())
            .collect(Collectors.joining(", ", "mean of the weights of ", "")));
    return new Model(
        first.withMetricsAndCredits(List.of(), List.copyOf(credits)).withTraining(training),
        mean(models.stream().map(Model::weights).toList()));
  }

  private static void requireAlike(ModelDescription first, ModelDescription other) {
    String what =
        !first.network().equals(other.network())
            ? "network"
            : !around(first.task()).equals(around(other.task()))
                ? "pre- or postprocessing"
                : !first.licence().equals(other.licence()) ? "licence" : "";
    if (!what.isEmpty()) {
      throw new PancreasException(
          ErrorCode.USAGE,
          "%s and %s differ in their %s; only models of one kind have a mean"
              .formatted(first.id(), other.id(), what));
    }
  }

  /** What happens before and after the network. */
  private static List<Object> around(Task task) {
    if (task instanceof ClassificationTask classification) {
      return List.of(classification.preprocessing());
    }
    SegmentationTask segmentation = (SegmentationTask) task;
    return List.of(segmentation.preprocessing(), segmentation.postprocessing());
  }

  private static Weights mean(List<Weights> all) {
    List<Tensor> tensors = new ArrayList<>();
    for (Tensor tensor : all.get(0).tensors()) {
      float[] values = new float[tensor.values().length];
      for (int i = 0; i < values.length; i++) {
        double sum = 0;
        for (Weights weights : all) {
          sum += weights.get(tensor.name()).values()[i];
        }
        values[i] = (float) (sum / all.size());
      }
      tensors.add(new Tensor(tensor.name(), tensor.shape(), values));
    }
    return new Weights(tensors);
  }
}
