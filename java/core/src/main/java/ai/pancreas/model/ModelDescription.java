package ai.pancreas.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The contents of a {@code model.json}.
 *
 * @param id the name by which users ask for it
 * @param title one line for people
 * @param network the network
 * @param preprocessing before the network
 * @param postprocessing after the network
 * @param labels what the mask's values mean, such as 1 to {@code pancreas}
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
    Preprocessing preprocessing,
    Postprocessing postprocessing,
    Map<Integer, String> labels,
    String weightsFile,
    String weightsSha256,
    String licence,
    List<String> credits,
    List<Metric> metrics,
    Map<String, String> training) {

  /** The licence of weights whose licence nobody stated, as SPDX spells it. */
  public static final String NO_LICENCE = "NOASSERTION";

  public ModelDescription {
    labels = Map.copyOf(labels);
    credits = List.copyOf(credits);
    metrics = List.copyOf(metrics);
    training = Collections.unmodifiableMap(new LinkedHashMap<>(training));
  }

  /** The same under another id. */
  public ModelDescription withId(String newId) {
    return new ModelDescription(
        newId,
        title,
        network,
        preprocessing,
        postprocessing,
        labels,
        weightsFile,
        weightsSha256,
        licence,
        credits,
        metrics,
        training);
  }

  /** The same with another licence. */
  public ModelDescription withLicence(String newLicence) {
    return new ModelDescription(
        id,
        title,
        network,
        preprocessing,
        postprocessing,
        labels,
        weightsFile,
        weightsSha256,
        newLicence,
        credits,
        metrics,
        training);
  }

  /** The same with another file of weights. */
  public ModelDescription withWeights(String file, String sha256) {
    return new ModelDescription(
        id,
        title,
        network,
        preprocessing,
        postprocessing,
        labels,
        file,
        sha256,
        licence,
        credits,
        metrics,
        training);
  }

  /** The same with other metrics and credits. */
  ModelDescription withMetricsAndCredits(List<Metric> newMetrics, List<String> newCredits) {
    return new ModelDescription(
        id,
        title,
        network,
        preprocessing,
        postprocessing,
        labels,
        weightsFile,
        weightsSha256,
        licence,
        newCredits,
        newMetrics,
        training);
  }

  /** The same with another title. */
  public ModelDescription withTitle(String newTitle) {
    return new ModelDescription(
        id,
        newTitle,
        network,
        preprocessing,
        postprocessing,
        labels,
        weightsFile,
        weightsSha256,
        licence,
        credits,
        metrics,
        training);
  }

  /** The same with another post-processing. */
  public ModelDescription withPostprocessing(Postprocessing newPostprocessing) {
    return new ModelDescription(
        id,
        title,
        network,
        preprocessing,
        newPostprocessing,
        labels,
        weightsFile,
        weightsSha256,
        licence,
        credits,
        metrics,
        training);
  }

  /** The same with other words about its training. */
  public ModelDescription withTraining(Map<String, String> newTraining) {
    return new ModelDescription(
        id,
        title,
        network,
        preprocessing,
        postprocessing,
        labels,
        weightsFile,
        weightsSha256,
        licence,
        credits,
        metrics,
        newTraining);
  }
}
