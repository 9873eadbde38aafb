package ai.pancreas.cli;

import ai.pancreas.Classification;
import ai.pancreas.Classification.Band;
import ai.pancreas.Classification.Flag;
import ai.pancreas.Classification.UsedMask;
import ai.pancreas.model.ModelDescription;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;

/** A classification for people: the number, what it stands on, and what it is not. */
final class ClassifyText {
  /** What a probability is and is not. */
  static final String MEANING =
      "The probability is what this model computes from this CT, after the CTs that it was trained"
          + " with. It is not a diagnosis, and not the probability that this patient has cancer:"
          + " low does not rule cancer out, and high does not prove it. Research use only, not a"
          + " medical device.";

  private static final int WIDTH = 80;

  private final Classification result;
  private final ModelDescription model;
  private final double seconds;

  ClassifyText(Classification result, ModelDescription model, double seconds) {
    this.result = result;
    this.model = model;
    this.seconds = seconds;
  }

  /** What a model says of the data that it was trained with. */
  static Optional<String> trainedOn(ModelDescription model) {
    return Optional.ofNullable(model.training().get("data"));
  }

  void print(PrintWriter out) {
    Summary summary =
        new Summary()
            .add("probability", "%.3f", result.probability())
            .add("band", band())
            .add("mask", mask(result.mask()))
            .add("preprocessing", preprocessing());
    for (Flag flag : result.flags()) {
      summary.add("doubtful", flag.reason());
    }
    summary
        .add("model", result.modelId() + ": " + model.title())
        .add("trained on", trainedOn(model).orElse("the model does not say"))
        .add("engine", result.engineName())
        .add("time", "%.1f s", seconds)
        .print(out);
    out.println();
    wrap(MEANING, out);
    out.flush();
  }

  private String band() {
    String place =
        switch (result.band()) {
          case LOW -> "low";
          case MIDDLE -> "middle";
          case HIGH -> "high";
        };
    return String.format(
        Locale.ROOT, "%s (low is below %s, high above %s)", place, Band.LOW_BELOW, Band.HIGH_ABOVE);
  }

  private static String mask(UsedMask mask) {
    String source =
        switch (mask.source()) {
          case "segmentation" -> "segmented by " + mask.segmentationModelId().orElseThrow();
          case "file" -> "from a file";
          default -> "by " + mask.source();
        };
    return String.format(
        Locale.ROOT, "%.1f ml, mean %.0f HU, %s", mask.volumeMl(), mask.meanHu(), source);
  }

  private String preprocessing() {
    return result.preprocessing() + ", voxels matched by " + result.mask().mode().label();
  }

  private static void wrap(String text, PrintWriter out) {
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ")) {
      if (line.length() + 1 + word.length() > WIDTH) {
        out.println(line);
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    out.println(line);
  }
}
