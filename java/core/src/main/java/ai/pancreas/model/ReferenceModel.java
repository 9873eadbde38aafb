package ai.pancreas.model;

import ai.pancreas.kernel.Filter;
import ai.pancreas.kernel.Filters3;
import ai.pancreas.model.Preprocessing.Intensity;
import ai.pancreas.model.Preprocessing.Range;
import ai.pancreas.model.Preprocessing.Step;
import ai.pancreas.volume.Orientation;
import java.util.List;
import java.util.Map;

/** What the reference project's predict.py of 2021 does around its network. */
final class ReferenceModel {

  /** Slices, rows and columns of the reference project's network. */
  private static final int SIZE = 160;

  private ReferenceModel() {}

  /** The description of a weights file that has none. */
  static ModelDescription describe(NetworkDescription network, String file, String sha256) {
    Filters3 nearest = new Filters3(Filter.NEAREST, Filter.NEAREST, Filter.NEAREST);
    return new ModelDescription(
        network.type(),
        "Weights of " + network.type() + " with the reference project's preprocessing",
        network,
        new SegmentationTask(
            new Preprocessing(
                Orientation.LPS,
                SIZE,
                SIZE,
                SIZE,
                nearest,
                new Intensity(
                    Step.AFTER_RESAMPLING,
                    Double.NEGATIVE_INFINITY,
                    Double.POSITIVE_INFINITY,
                    Range.VOLUME),
                Preprocessing.LOWEST_INPUT),
            new Postprocessing(nearest, 0.5, false),
            Map.of(1, "pancreas")),
        file,
        sha256,
        "",
        List.of(),
        List.of(),
        Map.of());
  }
}
