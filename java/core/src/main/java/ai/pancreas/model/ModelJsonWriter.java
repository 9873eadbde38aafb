package ai.pancreas.model;

import ai.pancreas.kernel.Filter;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;

/** Writes {@code model.json}: the inverse of {@link ModelJson}. */
final class ModelJsonWriter {
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().serializeNulls().create();

  /** What errors call a text that was not written to a file. */
  private static final String SOURCE = "the new model.json";

  private ModelJsonWriter() {}

  /**
   * A description as JSON, which {@link ModelJson#read} makes the same description of.
   *
   * @throws ai.pancreas.PancreasException {@code MODEL}, naming the field, if it would refuse it
   */
  static String write(ModelDescription model) {
    JsonObject root = new JsonObject();
    root.addProperty("format", ModelJson.FORMAT);
    root.addProperty("id", model.id());
    root.addProperty("title", model.title());
    root.add("network", network(model.network()));
    if (model.task() instanceof ClassificationTask task) {
      addClassification(root, task);
    } else {
      addSegmentation(root, model);
    }
    JsonObject weights = new JsonObject();
    weights.addProperty("file", model.weightsFile());
    weights.addProperty("sha256", model.weightsSha256());
    root.add("weights", weights);
    root.addProperty("licence", model.licence());
    JsonArray credits = new JsonArray();
    model.credits().forEach(credits::add);
    root.add("credits", credits);
    root.add("metrics", metrics(model.metrics()));
    if (!model.training().isEmpty()) {
      JsonObject training = new JsonObject();
      model.training().forEach(training::addProperty);
      root.add("training", training);
    }
    String json = GSON.toJson(root) + "\n";
    ModelJson.read(json, SOURCE);
    return json;
  }

  private static JsonObject network(NetworkDescription network) {
    JsonObject json = new JsonObject();
    json.addProperty("type", network.type());
    JsonArray filters = new JsonArray();
    network.filters().forEach(filters::add);
    json.add("filters", filters);
    if (!network.inputSize().isEmpty()) {
      JsonArray inputSize = new JsonArray();
      network.inputSize().forEach(inputSize::add);
      json.add("inputSize", inputSize);
    }
    return json;
  }

  private static void addSegmentation(JsonObject root, ModelDescription model) {
    root.add("preprocessing", preprocessing(model.preprocessing()));
    root.add("postprocessing", postprocessing(model.postprocessing()));
    JsonObject labels = new JsonObject();
    model.labels().forEach((value, name) -> labels.addProperty(String.valueOf(value), name));
    root.add("labels", labels);
  }

  private static void addClassification(JsonObject root, ClassificationTask task) {
    JsonObject preprocessing = new JsonObject();
    preprocessing.addProperty("region", task.preprocessing().name());
    if (task.preprocessing() instanceof RegionPreprocessing.Corrected corrected) {
      preprocessing.add("crop", number(corrected.crop()));
    }
    root.add("preprocessing", preprocessing);
    task.distribution()
        .ifPresent(
            known -> {
              JsonObject distribution = new JsonObject();
              distribution.add("maskVolumeMl", interval(known.maskVolumeMl()));
              distribution.add("meanHu", interval(known.meanHu()));
              root.add("distribution", distribution);
            });
  }

  private static JsonObject interval(TrainingDistribution.Interval interval) {
    JsonObject json = new JsonObject();
    json.add("min", number(interval.min()));
    json.add("max", number(interval.max()));
    return json;
  }

  private static JsonObject preprocessing(Preprocessing preprocessing) {
    JsonObject clip = new JsonObject();
    clip.add("min", number(preprocessing.intensity().clipMinHu()));
    clip.add("max", number(preprocessing.intensity().clipMaxHu()));
    JsonObject intensity = new JsonObject();
    intensity.addProperty("step", JsonFields.spelling(preprocessing.intensity().step()));
    intensity.add("clipHu", clip);
    intensity.addProperty("range", JsonFields.spelling(preprocessing.intensity().range()));
    JsonObject resampling = new JsonObject();
    resampling.add("slices", axis(preprocessing.filters().z(), preprocessing.slices()));
    resampling.add("rows", axis(preprocessing.filters().y(), preprocessing.rows()));
    resampling.add("columns", axis(preprocessing.filters().x(), preprocessing.columns()));
    JsonObject json = new JsonObject();
    json.addProperty(
        "orientation",
        ""
            + preprocessing.orientation().x()
            + preprocessing.orientation().y()
            + preprocessing.orientation().z());
    json.add("intensity", intensity);
    json.add("resampling", resampling);
    if (preprocessing.background() != Preprocessing.LOWEST_INPUT) {
      json.add("background", number(preprocessing.background()));
    }
    return json;
  }

  private static JsonObject axis(Filter filter, int size) {
    JsonObject json = new JsonObject();
    json.addProperty("filter", JsonFields.spelling(filter));
    if (filter != Filter.NONE) {
      json.addProperty("size", size);
    }
    return json;
  }

  private static JsonObject postprocessing(Postprocessing postprocessing) {
    JsonObject resampling = new JsonObject();
    resampling.addProperty("slices", JsonFields.spelling(postprocessing.filters().z()));
    resampling.addProperty("rows", JsonFields.spelling(postprocessing.filters().y()));
    resampling.addProperty("columns", JsonFields.spelling(postprocessing.filters().x()));
    JsonObject json = new JsonObject();
    json.add("resampling", resampling);
    json.add("threshold", number(postprocessing.threshold()));
    json.addProperty("keepLargest", postprocessing.keepLargest());
    return json;
  }

  private static JsonArray metrics(List<Metric> metrics) {
    JsonArray array = new JsonArray();
    for (Metric metric : metrics) {
      JsonObject json = new JsonObject();
      json.addProperty("name", metric.name());
      json.add("value", number(metric.value()));
      json.addProperty("data", metric.data());
      array.add(json);
    }
    return array;
  }

  /** A number, whole where it is; an end that is open is null; the reader refuses others. */
  private static JsonElement number(double value) {
    if (Double.isInfinite(value)) {
      return JsonNull.INSTANCE;
    }
    return value == (int) value && Double.doubleToRawLongBits(value) != Long.MIN_VALUE
        ? new JsonPrimitive((int) value)
        : new JsonPrimitive(value);
  }
}
