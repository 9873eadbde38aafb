package ai.pancreas.cli;

import ai.pancreas.Classification;
import ai.pancreas.Classification.Band;
import ai.pancreas.Version;
import ai.pancreas.model.ModelDescription;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What {@code classify --report} writes.
 *
 * @param band {@code low}, {@code middle} or {@code high}
 * @param lowBelow the limit of {@code low}
 * @param highAbove the limit of {@code high}
 * @param meaning what the probability is and is not
 * @param trainedOn what the model says of the data that it was trained with; null if nothing
 */
record ClassifyReport(
    double probability,
    String band,
    double lowBelow,
    double highAbove,
    String meaning,
    String model,
    String modelTitle,
    String trainedOn,
    String engine,
    String preprocessing,
    MaskPart mask,
    List<FlagPart> flags,
    Seconds seconds,
    String version) {

  record MaskPart(
      String source, String mode, String segmentationModel, double volumeMl, double meanHu) {}

  record FlagPart(String name, String reason) {}

  record Seconds(double read, double mask, double region, double network) {}

  static ClassifyReport of(Classification result, ModelDescription model, double readSeconds) {
    return new ClassifyReport(
        result.probability(),
        result.band().name().toLowerCase(Locale.ROOT),
        Band.LOW_BELOW,
        Band.HIGH_ABOVE,
        ClassifyText.MEANING,
        result.modelId(),
        model.title(),
        ClassifyText.trainedOn(model).orElse(null),
        result.engineName(),
        result.preprocessing(),
        new MaskPart(
            result.mask().source(),
            result.mask().mode().label(),
            result.mask().segmentationModelId().orElse(null),
            result.mask().volumeMl(),
            result.mask().meanHu()),
        result.flags().stream()
            .map(flag -> new FlagPart(flag.kind().label(), flag.reason()))
            .toList(),
        new Seconds(
            readSeconds,
            seconds(result.timings().mask()),
            seconds(result.timings().region()),
            seconds(result.timings().network())),
        Version.current());
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
