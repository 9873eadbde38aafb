package ai.pancreas.train;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.dataset.CachedCase;
import ai.pancreas.kernel.Filter;
import ai.pancreas.kernel.Filters3;
import ai.pancreas.model.Model;
import ai.pancreas.model.ModelDescription;
import ai.pancreas.model.NetworkDescription;
import ai.pancreas.model.Postprocessing;
import ai.pancreas.model.Preprocessing;
import ai.pancreas.model.Preprocessing.Intensity;
import ai.pancreas.model.Preprocessing.Range;
import ai.pancreas.model.Preprocessing.Step;
import ai.pancreas.model.Segmentation2021;
import ai.pancreas.model.Weights;
import ai.pancreas.volume.Orientation;
import java.util.List;
import java.util.Optional;

/**
 * What a training starts from.
 *
 * @param network the network
 * @param preprocessing what inference will do before it; training does the same
 * @param patch rows and columns of what a step sees of the network's grid
 * @param postprocessing what inference will do after it
 * @param weights the first weights
 */
record StartingPoint(
    NetworkDescription network,
    Preprocessing preprocessing,
    int patch,
    Postprocessing postprocessing,
    Weights weights) {
  private static final List<Integer> REFERENCE_FILTERS = List.of(16, 32, 64, 128, 256);
  private static final int REFERENCE_SIZE = 160;
  private static final double THRESHOLD = 0.5;
  private static final IntensityOptions SOFT_TISSUE = IntensityOptions.window(-100, 240);
  private static final Filters3 LINEAR = new Filters3(Filter.NONE, Filter.LINEAR, Filter.LINEAR);

  /**
   * The start that options ask for.
   *
   * @throws PancreasException {@code USAGE} if the options contradict each other or the data
   */
  static StartingPoint of(TrainOptions options, List<CachedCase> cases) {
    Optional<Model> initial = options.initialModel();
    NetworkDescription network = network(options, initial.map(Model::description));
    Preprocessing preprocessing =
        preprocessing(options, initial.map(model -> model.description().preprocessing()), cases);
    int multiple = network.sizeMultiple();
    if (preprocessing.rows() % multiple != 0 || preprocessing.columns() % multiple != 0) {
      throw usage(
          "a network of %d levels needs a size that is a multiple of %d, not %d x %d"
              .formatted(
                  network.filters().size(),
                  multiple,
                  preprocessing.rows(),
                  preprocessing.columns()));
    }
    int patch = options.patch().orElse(preprocessing.rows());
    if (patch < multiple || patch > preprocessing.rows() || patch % multiple != 0) {
      throw usage(
          "a network of %d levels and size %d needs patches of a multiple of %d up to its size, not %d"
              .formatted(network.filters().size(), preprocessing.rows(), multiple, patch));
    }
    int maps = network.filters().size() - 1;
    int factors = options.loss().deepSupervision().size();
    if (factors != 0 && factors != maps) {
      throw usage(
          "a network of %d levels has %d maps to supervise, but there are %d factors"
              .formatted(maps + 1, maps, factors));
    }
    if (initial.isPresent() && options.normalization() != Normalization.NONE) {
      throw usage(
          "normalisation changes what an initial model's weights mean; leave one of the two out");
    }
    Weights weights =
        initial
            .map(Model::weights)
            .orElseGet(() -> InitialWeights.of(network, Seeds.of(options.seed()).nextLong()));
    return new StartingPoint(
        network,
        preprocessing,
        patch,
        postprocessing(
            options,
            initial.map(model -> model.description().postprocessing()),
            preprocessing.filters()),
        weights);
  }

  private static Postprocessing postprocessing(
      TrainOptions options, Optional<Postprocessing> initial, Filters3 filters) {
    double threshold =
        options.threshold().or(() -> initial.map(Postprocessing::threshold)).orElse(THRESHOLD);
    return new Postprocessing(
        filters, threshold, initial.map(Postprocessing::keepLargest).orElse(false));
  }

  private static NetworkDescription network(
      TrainOptions options, Optional<ModelDescription> initial) {
    if (initial.isPresent()) {
      NetworkDescription network = initial.get().network();
      if (!network.type().equals(NetworkDescription.SEGMENTATION_2021)) {
        throw usage(
            "the initial model's network is %s, and only %s can be trained to segment"
                .formatted(network.type(), NetworkDescription.SEGMENTATION_2021));
      }
      if (!options.filters().isEmpty() && !options.filters().equals(network.filters())) {
        throw usage(
            "filters %s are asked for, but the initial model has %s; leave the filters out"
                .formatted(options.filters(), network.filters()));
      }
      return network;
    }
    List<Integer> filters = options.filters().isEmpty() ? REFERENCE_FILTERS : options.filters();
    try {
      Segmentation2021.checkFilters(filters);
    } catch (IllegalArgumentException e) {
      throw usage("filters " + filters + ": " + e.getMessage());
    }
    return new NetworkDescription(NetworkDescription.SEGMENTATION_2021, filters);
  }

  private static Preprocessing preprocessing(
      TrainOptions options, Optional<Preprocessing> initial, List<CachedCase> cases) {
    if (initial.isPresent() && !initial.get().orientation().equals(Orientation.LPS)) {
      throw usage(
          "the initial model sees CTs in another orientation than LPS, in which training data are;"
              + " start from another model");
    }
    IntensityOptions intensity =
        options
            .intensity()
            .or(() -> initial.map(Preprocessing::intensity).map(StartingPoint::options))
            .orElse(SOFT_TISSUE);
    Filters3 filters =
        initial
            .map(Preprocessing::filters)
            .map(axes -> new Filters3(Filter.NONE, axes.y(), axes.x()))
            .orElse(LINEAR);
    return new Preprocessing(
        Orientation.LPS,
        0,
        options.size().or(() -> initial.map(Preprocessing::rows)).orElse(REFERENCE_SIZE),
        options.size().or(() -> initial.map(Preprocessing::columns)).orElse(REFERENCE_SIZE),
        filters,
        new Intensity(
            step(intensity, cases),
            intensity.clipMinHu(),
            intensity.clipMaxHu(),
            intensity.range()),
        initial.map(Preprocessing::background).orElse(Preprocessing.LOWEST_INPUT));
  }

  private static IntensityOptions options(Intensity intensity) {
    return new IntensityOptions(intensity.clipMinHu(), intensity.clipMaxHu(), intensity.range());
  }

  /**
   * The cache's slices were resampled as they came, so training clips after resampling; but where
   * all sources were clipped to the very window, that happened before.
   *
   * @throws PancreasException {@code USAGE} if the window reaches beyond what a source could hold
   */
  private static Step step(IntensityOptions intensity, List<CachedCase> cases) {
    if (intensity.range() == Range.VOLUME) {
      return Step.AFTER_RESAMPLING;
    }
    boolean clippedBefore = true;
    for (CachedCase each : cases) {
      int minHu = each.about().minHu();
      int maxHu = each.about().maxHu();
      if (intensity.clipMinHu() < minHu || intensity.clipMaxHu() > maxHu) {
        throw usage(
            ("the window %s to %s HU reaches beyond the %d to %d HU that case %s holds; name a"
                    + " window within")
                .formatted(intensity.clipMinHu(), intensity.clipMaxHu(), minHu, maxHu, each.id()));
      }
      clippedBefore &= intensity.clipMinHu() == minHu && intensity.clipMaxHu() == maxHu;
    }
    return clippedBefore ? Step.BEFORE_RESAMPLING : Step.AFTER_RESAMPLING;
  }

  private static PancreasException usage(String message) {
    return new PancreasException(ErrorCode.USAGE, message);
  }
}
