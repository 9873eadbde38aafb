package ai.pancreas.model;

import ai.pancreas.kernel.Filter;
import ai.pancreas.kernel.Filters3;
import ai.pancreas.model.Preprocessing.Intensity;
import ai.pancreas.model.Preprocessing.Range;
import ai.pancreas.model.Preprocessing.Step;
import ai.pancreas.model.TrainingDistribution.Interval;
import ai.pancreas.volume.Orientation;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads {@code model.json}, whose format the model zoo's page (models/README.md) describes. Strict:
 * what is missing, unknown, of a wrong type or contradictory is an error.
 */
final class ModelJson {
  static final int FORMAT = 1;
  private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final int MAX_SIZE = 4096;

  /** Far beyond any network's input; small enough for any engine's arithmetic. */
  private static final double MAX_BACKGROUND = 1000;

  private ModelJson() {}

  private record WeightsFile(String name, String sha256) {}

  private record Axis(Filter filter, int size) {}

  /**
   * Reads a description.
   *
   * @param source what errors call the file
   * @throws ai.pancreas.PancreasException {@code MODEL}, naming the field
   */
  static ModelDescription read(String json, String source) {
    JsonFields root = JsonFields.parse(json, source);
    int format = root.integer("format");
    if (format != FORMAT) {
      throw root.error("format", "this version reads format " + FORMAT + ", not " + format);
    }
    NetworkDescription network = root.object("network", ModelJson::network);
    WeightsFile weights = root.object("weights", ModelJson::weights);
    ModelDescription description =
        new ModelDescription(
            matching(root, "id", ModelId.PATTERN, ModelId.RULE),
            root.text("title"),
            network,
            network.type().equals(NetworkDescription.CLASSIFICATION_2024)
                ? classification(root)
                : segmentation(root, network),
            weights.name(),
            weights.sha256(),
            root.text("licence"),
            root.texts("credits"),
            root.objects("metrics", ModelJson::metric),
            root.optionalTexts("training"));
    root.end();
    return description;
  }

  private static NetworkDescription network(JsonFields fields) {
    String type = fields.text("type");
    List<Integer> filters = fields.integers("filters");
    switch (type) {
      case NetworkDescription.SEGMENTATION_2021 ->
          check(fields, "filters", () -> Segmentation2021.checkFilters(filters));
      case NetworkDescription.SEGMENTATION_2024 ->
          check(fields, "filters", () -> Segmentation2024.checkFilters(filters));
      case NetworkDescription.CLASSIFICATION_2024 -> {
        check(fields, "filters", () -> ResidualBlock.checkFilters(filters));
        List<Integer> inputSize = fields.integers("inputSize");
        check(fields, "inputSize", () -> Classification2024.tensors(filters, inputSize));
        return new NetworkDescription(type, filters, inputSize);
      }
      default ->
          throw fields.error(
              "type",
              "this version knows the networks %s, %s and %s, not %s"
                  .formatted(
                      NetworkDescription.SEGMENTATION_2021,
                      NetworkDescription.SEGMENTATION_2024,
                      NetworkDescription.CLASSIFICATION_2024,
                      type));
    }
    return new NetworkDescription(type, filters);
  }

  private static void check(JsonFields fields, String name, Runnable check) {
    try {
      check.run();
    } catch (IllegalArgumentException e) {
      throw fields.error(name, e.getMessage());
    }
  }

  private static ClassificationTask classification(JsonFields root) {
    return new ClassificationTask(
        root.object("preprocessing", ModelJson::region),
        root.optionalObject(
            "distribution",
            fields ->
                new TrainingDistribution(
                    fields.object("maskVolumeMl", ModelJson::interval),
                    fields.object("meanHu", ModelJson::interval))));
  }

  private static RegionPreprocessing region(JsonFields fields) {
    String name = fields.text("region");
    switch (name) {
      case RegionPreprocessing.REFERENCE -> {
        return new RegionPreprocessing.Reference();
      }
      case RegionPreprocessing.CORRECTED -> {
        double crop = fields.number("crop");
        if (crop < 0 || crop > 1) {
          throw fields.error("crop", "a number from 0 to 1 is expected, found " + crop);
        }
        return new RegionPreprocessing.Corrected(crop);
      }
      default ->
          throw fields.error(
              "region",
              "expected one of %s, %s, found %s"
                  .formatted(RegionPreprocessing.REFERENCE, RegionPreprocessing.CORRECTED, name));
    }
  }

  private static Interval interval(JsonFields fields) {
    double min = fields.number("min");
    double max = fields.number("max");
    if (min > max) {
      throw fields.error("max", "must not be smaller than min");
    }
    return new Interval(min, max);
  }

  private static SegmentationTask segmentation(JsonFields root, NetworkDescription network) {
    Preprocessing preprocessing =
        root.object("preprocessing", fields -> preprocessing(fields, network));
    return new SegmentationTask(
        preprocessing,
        root.object("postprocessing", fields -> postprocessing(fields, preprocessing)),
        root.object("labels", labels -> Map.of(1, labels.text("1"))));
  }

  private static Preprocessing preprocessing(JsonFields fields, NetworkDescription network) {
    Orientation orientation = orientation(fields);
    return fields.object(
        "resampling",
        resampling -> {
          int multiple = network.sizeMultiple();
          Axis slices =
              resampling.object(
                  "slices", axis -> axis(axis, network.isVolumetric() ? multiple : 1));
          Axis rows = resampling.object("rows", axis -> axis(axis, multiple));
          Axis columns = resampling.object("columns", axis -> axis(axis, multiple));
          if (rows.filter() == Filter.NONE || columns.filter() == Filter.NONE) {
            throw resampling.error("rows", "rows and columns cannot be left alone");
          }
          if (network.isVolumetric() && slices.filter() == Filter.NONE) {
            throw resampling.error("slices", network.type() + " cannot leave slices alone");
          }
          return new Preprocessing(
              orientation,
              slices.size(),
              rows.size(),
              columns.size(),
              new Filters3(slices.filter(), rows.filter(), columns.filter()),
              fields.object("intensity", ModelJson::intensity),
              background(fields));
        });
  }

  private static double background(JsonFields fields) {
    double background = fields.optionalNumber("background", Preprocessing.LOWEST_INPUT);
    if (Math.abs(background) > MAX_BACKGROUND) {
      throw fields.error(
          "background",
          "a number from -%.0f to %.0f is expected, found %s"
              .formatted(MAX_BACKGROUND, MAX_BACKGROUND, background));
    }
    return background;
  }

  private static Orientation orientation(JsonFields fields) {
    String code = fields.text("orientation");
    try {
      return Orientation.parse(code);
    } catch (IllegalArgumentException e) {
      throw fields.error(
          "orientation",
          "three letters are expected, one of L and R, one of P and A, one of S and I, found "
              + code);
    }
  }

  private static Axis axis(JsonFields fields, int multiple) {
    Filter filter = fields.constant("filter", Filter.class);
    if (filter == Filter.NONE) {
      return new Axis(filter, 0);
    }
    int size = fields.integer("size");
    if (size < 1 || size > MAX_SIZE || size % multiple != 0) {
      throw fields.error(
          "size",
          "a multiple of %d up to %d is expected, found %d".formatted(multiple, MAX_SIZE, size));
    }
    return new Axis(filter, size);
  }

  private static Intensity intensity(JsonFields fields) {
    Step step = fields.constant("step", Step.class);
    Range range = fields.constant("range", Range.class);
    return fields.object(
        "clipHu",
        clip -> {
          double min = clip.numberOr("min", Double.NEGATIVE_INFINITY);
          double max = clip.numberOr("max", Double.POSITIVE_INFINITY);
          if (min >= max) {
            throw clip.error("max", "must be larger than min");
          }
          if (range == Range.WINDOW && Double.isInfinite(max - min)) {
            throw clip.error("max", "a window that is scaled must have both ends");
          }
          return new Intensity(step, min, max, range);
        });
  }

  private static Postprocessing postprocessing(JsonFields fields, Preprocessing preprocessing) {
    Filters3 there = preprocessing.filters();
    Filters3 back =
        fields.object(
            "resampling",
            axes ->
                new Filters3(
                    filterBack(axes, "slices", there.z()),
                    filterBack(axes, "rows", there.y()),
                    filterBack(axes, "columns", there.x())));
    double threshold = fields.number("threshold");
    if (threshold <= 0 || threshold >= 1) {
      throw fields.error("threshold", "a number between 0 and 1 is expected, found " + threshold);
    }
    return new Postprocessing(back, threshold, fields.bool("keepLargest"));
  }

  private static Filter filterBack(JsonFields axes, String name, Filter there) {
    Filter back = axes.constant(name, Filter.class);
    if ((back == Filter.NONE) != (there == Filter.NONE)) {
      throw axes.error(
          name, "must be none if and only if preprocessing leaves this axis alone, too");
    }
    return back;
  }

  private static WeightsFile weights(JsonFields fields) {
    return new WeightsFile(
        matching(fields, "file", FILE_NAME, "a file name without a folder"),
        matching(fields, "sha256", SHA256, "64 lower-case hexadecimal digits"));
  }

  private static Metric metric(JsonFields fields) {
    return new Metric(fields.text("name"), fields.number("value"), fields.text("data"));
  }

  private static String matching(JsonFields fields, String name, Pattern pattern, String what) {
    String text = fields.text(name);
    if (!pattern.matcher(text).matches()) {
      throw fields.error(name, what + " expected, found " + text);
    }
    return text;
  }
}
