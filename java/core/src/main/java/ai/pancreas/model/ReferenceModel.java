package ai.pancreas.model;

import ai.pancreas.kernel.Filter;
import ai.pancreas.kernel.Filters3;
import ai.pancreas.model.Preprocessing.Intensity;
import ai.pancreas.model.Preprocessing.Range;
import ai.pancreas.model.Preprocessing.Step;
import ai.pancreas.volume.Orientation;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the reference project's programs of 2021 and 2024 do around their networks. */
final class ReferenceModel {

  /** Slices, rows and columns of the reference project's segmentation networks. */
  private static final List<Integer> SIZE = List.of(160, 160, 160);

  private static final double CLIP_HU = 1024;

  private ReferenceModel() {}

  /**
   * The description of a weights file that has none.
   *
   * @param inputSize as for {@link KerasWeights#inputSize}
   */
  static ModelDescription describe(
      NetworkDescription network, List<Integer> inputSize, String file, String sha256) {
    return new ModelDescription(
        network.type(),
        "Weights of " + network.type() + " with the reference project's preprocessing",
        network,
        task(network, inputSize.isEmpty() ? SIZE : inputSize),
        file,
        sha256,
        "",
        List.of(),
        List.of(),
        Map.of());
  }

  private static Task task(NetworkDescription network, List<Integer> inputSize) {
    return switch (network.type()) {
      case NetworkDescription.CLASSIFICATION_2024 ->
          new ClassificationTask(new RegionPreprocessing.Reference(), Optional.empty());
      case NetworkDescription.SEGMENTATION_2024 -> segmentation(inputSize, -CLIP_HU, CLIP_HU);
      default -> segmentation(SIZE, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    };
  }

  private static SegmentationTask segmentation(List<Integer> size, double minHu, double maxHu) {
    Filters3 nearest = new Filters3(Filter.NEAREST, Filter.NEAREST, Filter.NEAREST);
    return new SegmentationTask(
        new Preprocessing(
            Orientation.LPS,
            size.get(0),
            size.get(1),
            size.get(2),
            nearest,
            new Intensity(Step.AFTER_RESAMPLING, minHu, maxHu, Range.VOLUME),
            Preprocessing.LOWEST_INPUT),
        new Postprocessing(nearest, 0.5, false),
        Map.of(1, "pancreas"));
  }
}
