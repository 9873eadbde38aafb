package ai.pancreas.model;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The contents of a {@code model.json}.
 *
 * @param id the name by which users ask for it
 * @param title one line for people
 * @param network the network
 * @param task what it is for, and what happens around the network
 * @param weightsFile the name of the weights file beside the description
 * @param weightsSha256 the SHA-256 of the weights file in lower-case hexadecimal
 * @param licence the licence of the weights, an SPDX name where there is one; empty where it is not
 *     known
 * @param credits whose data and work are in it, one line each
 * @param metrics what was measured, good and bad
 * @param training how it was trained: data, split, settings, in the writer's own words and order;
 *     never patient data; empty where nothing is told
 */
public record ModelDescription(
    String id,
    String title,
    NetworkDescription network,
    Task task,
    String weightsFile,
    String weightsSha256,
    String licence,
    List<String> credits,
    List<Metric> metrics,
    Map<String, String> training) {

  /** The licence of weights whose licence nobody stated, as SPDX spells it. */
  public static final String NO_LICENCE = "NOASSERTION";

  public ModelDescription {
    credits = List.copyOf(credits);
    metrics = List.copyOf(metrics);
    training = Collections.unmodifiableMap(new LinkedHashMap<>(training));
  }

  /**
   * What happens before the network of a segmentation model.
   *
   * @throws PancreasException {@code MODEL} if this is none
   */
  public Preprocessing preprocessing() {
    return segmentation().preprocessing();
  }

  /**
   * What happens after the network of a segmentation model.
   *
   * @throws PancreasException {@code MODEL} if this is none
   */
  public Postprocessing postprocessing() {
    return segmentation().postprocessing();
  }

  /**
   * What the values of a segmentation model's mask mean.
   *
   * @throws PancreasException {@code MODEL} if this is none
   */
  public Map<Integer, String> labels() {
    return segmentation().labels();
  }

  /**
   * What happens around the network of a segmentation model.
   *
   * @throws PancreasException {@code MODEL} if this is none
   */
  public SegmentationTask segmentation() {
    if (task instanceof SegmentationTask segmentation) {
      return segmentation;
    }
    throw otherTask("segmentation");
  }

  /**
   * What happens around the network of a classification model.
   *
   * @throws PancreasException {@code MODEL} if this is none
   */
  public ClassificationTask classification() {
    if (task instanceof ClassificationTask classification) {
      return classification;
    }
    throw otherTask("classification");
  }

  private PancreasException otherTask(String wanted) {
    return new PancreasException(
        ErrorCode.MODEL,
        "model %s is for %s (network %s); name a %s model"
            .formatted(id, task.name(), network.type(), wanted));
  }

  /** The same under another id. */
  public ModelDescription withId(String newId) {
    return with(parts -> parts.id = newId);
  }

  /** The same with another title. */
  public ModelDescription withTitle(String newTitle) {
    return with(parts -> parts.title = newTitle);
  }

  /** The same with another licence. */
  public ModelDescription withLicence(String newLicence) {
    return with(parts -> parts.licence = newLicence);
  }

  /** The same with another file of weights. */
  public ModelDescription withWeights(String file, String sha256) {
    return with(
        parts -> {
          parts.weightsFile = file;
          parts.weightsSha256 = sha256;
        });
  }

  /** The same with other metrics and credits. */
  ModelDescription withMetricsAndCredits(List<Metric> newMetrics, List<String> newCredits) {
    return with(
        parts -> {
          parts.metrics = newMetrics;
          parts.credits = newCredits;
        });
  }

  /**
   * The same with another post-processing.
   *
   * @throws PancreasException {@code MODEL} if this is no segmentation model
   */
  public ModelDescription withPostprocessing(Postprocessing newPostprocessing) {
    Task newTask = new SegmentationTask(preprocessing(), newPostprocessing, labels());
    return with(parts -> parts.task = newTask);
  }

  /** The same with other words about its training. */
  public ModelDescription withTraining(Map<String, String> newTraining) {
    return with(parts -> parts.training = newTraining);
  }

  private ModelDescription with(Consumer<Parts> change) {
    Parts parts = new Parts(this);
    change.accept(parts);
    return parts.together();
  }

  /** What can be changed of a copy. */
  private static final class Parts {
    private final NetworkDescription network;
    private String id;
    private String title;
    private Task task;
    private String weightsFile;
    private String weightsSha256;
    private String licence;
    private List<String> credits;
    private List<Metric> metrics;
    private Map<String, String> training;

    Parts(ModelDescription model) {
      id = model.id;
      title = model.title;
      network = model.network;
      task = model.task;
      weightsFile = model.weightsFile;
      weightsSha256 = model.weightsSha256;
      licence = model.licence;
      credits = model.credits;
      metrics = model.metrics;
      training = model.training;
    }

    ModelDescription together() {
      return new ModelDescription(
          id,
          title,
          network,
          task,
          weightsFile,
          weightsSha256,
          licence,
          credits,
          metrics,
          training);
    }
  }
}
