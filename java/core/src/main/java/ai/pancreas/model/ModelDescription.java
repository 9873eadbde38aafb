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
 * @param weightsSha256 its SHA-256 in lower-case hexadecimal, or empty where it is not known
 * @param licence the licence of the weights, an SPDX name where there is one
 * @param credits whose data and work are in it, one line each
 * @param metrics what was measured, on what data; as written in the file
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
    List<String> metrics) {

  public ModelDescription {
    labels = Map.copyOf(labels);
    credits = List.copyOf(credits);
    metrics = List.copyOf(metrics);
  }
}
