package ai.pancreas.cli;

import ai.pancreas.train.RegionAugmentation;
import picocli.CommandLine.Option;

/** Options that say how training regions are varied. */
final class RegionAugmentationArguments {
  /** What the options start from. */
  enum Kind {
    REFERENCE(RegionAugmentation.REFERENCE),
    OFF(RegionAugmentation.OFF);

    private final RegionAugmentation augmentation;

    Kind(RegionAugmentation augmentation) {
      this.augmentation = augmentation;
    }
  }

  @Option(
      names = "--augmentation",
      paramLabel = "NAME",
      defaultValue = "reference",
      description =
          "How regions are varied: reference (scale 0.1, shift 1, rotation 10, flip 0.5) or off. The"
              + " options below change it. Default: ${DEFAULT-VALUE}.")
  private Kind kind;

  @Option(
      names = "--scale",
      paramLabel = "S",
      description = "Largest change of scale: 0.1 is 0.9 to 1.1 times.")
  private Double scale;

  @Option(
      names = "--shift",
      paramLabel = "S",
      description = "Largest shift, either way: 1 is as far as the cached region reaches.")
  private Double shift;

  @Option(
      names = "--rotation",
      paramLabel = "DEG",
      description = "Largest rotation in the slices' plane, either way.")
  private Double rotation;

  @Option(names = "--flip", paramLabel = "P", description = "Probability of a flip, for each axis.")
  private Double flip;

  /**
   * What was asked for.
   *
   * @throws IllegalArgumentException if it makes no sense
   */
  RegionAugmentation options() {
    RegionAugmentation base = kind.augmentation;
    return new RegionAugmentation(
        or(scale, base.scale()),
        or(shift, base.shift()),
        or(rotation, base.rotationDegrees()),
        or(flip, base.flip()));
  }

  private static double or(Double value, double base) {
    return value == null ? base : value;
  }
}
