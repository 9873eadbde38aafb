package ai.pancreas.model;

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
    List<Metric> metrics) {

  public ModelDescription {
    labels = Map.copyOf(labels);
    credits = List.copyOf(credits);
    metrics = List.copyOf(metrics);
  }
}
