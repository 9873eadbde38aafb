package ai.pancreas.model;

import java.util.Map;

/**
 * From a CT to a mask.
 *
 * @param preprocessing before the network
 * @param postprocessing after the network
 * @param labels what the mask's values mean, such as 1 to {@code pancreas}
 */
public record SegmentationTask(
    Preprocessing preprocessing, Postprocessing postprocessing, Map<Integer, String> labels)
    implements Task {
  public SegmentationTask {
    labels = Map.copyOf(labels);
  }

  @Override
  public String name() {
    return "segmentation";
  }
}
