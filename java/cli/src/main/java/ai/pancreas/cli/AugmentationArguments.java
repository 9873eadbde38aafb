package ai.pancreas.cli;

import ai.pancreas.train.AugmentationOptions;
import picocli.CommandLine.Option;

/** Options that say how training slices are varied. */
final class AugmentationArguments {
  @Option(
      names = "--augmentation",
      paramLabel = "NAME",
      defaultValue = "usual",
      description =
          "How slices are varied: usual, reference (flips and a random window) or off. The options"
              + " below change it. Default: ${DEFAULT-VALUE}.")
  private String name;

  @Option(
      names = "--flip",
      paramLabel = "P:P",
      converter = DoubleRange.Converter.class,
      description = "Probability of a flip top to bottom, and left to right.")
  private DoubleRange flip;

  @Option(names = "--rotation", paramLabel = "DEG", description = "Largest rotation, either way.")
  private Double rotation;

  @Option(
      names = "--field",
      paramLabel = "MIN:MAX",
      converter = DoubleRange.Converter.class,
      description =
          "Side of what the network sees, as a share of the frame: 0.8:1.1 magnifies and shrinks.")
  private DoubleRange field;

  @Option(
      names = "--shift",
      paramLabel = "S",
      description = "Largest shift, either way, as a share of the frame.")
  private Double shift;

  @Option(
      names = "--elastic",
      paramLabel = "PX",
      description = "Largest standard deviation of the elastic displacement's nodes, pixels.")
  private Double elastic;

  @Option(
      names = "--contrast",
      paramLabel = "S",
      description = "Largest change of contrast: 0.1 is HU times 0.9 to 1.1.")
  private Double contrast;

  @Option(names = "--offset", paramLabel = "HU", description = "Largest offset, either way.")
  private Double offset;

  @Option(
      names = "--gamma",
      paramLabel = "G",
      description = "Largest exponent that bends soft tissue; 1 for none.")
  private Double gamma;

  @Option(
      names = "--noise",
      paramLabel = "HU",
      description = "Largest standard deviation of noise.")
  private Double noise;

  @Option(
      names = "--unenhanced",
      paramLabel = "S",
      description =
          "The share of slices shown as if no contrast agent had been given, with nothing to find,"
              + " so that the network says nothing where there is none. Default: 0.")
  private Double unenhanced;

  /**
   * What was asked for.
   *
   * @throws IllegalArgumentException if it makes no sense
   */
  AugmentationOptions options() {
    AugmentationOptions base = AugmentationOptions.named(name);
    return new AugmentationOptions(
        flip == null ? base.flipRows() : flip.first(),
        flip == null ? base.flipColumns() : flip.second(),
        or(rotation, base.rotationDegrees()),
        field == null ? base.minWindow() : field.first(),
        field == null ? base.maxWindow() : field.second(),
        or(shift, base.shift()),
        or(elastic, base.elasticPixels()),
        base.elasticCells(),
        or(contrast, base.contrast()),
        or(offset, base.offsetHu()),
        or(gamma, base.gamma()),
        or(noise, base.noiseHu()),
        or(unenhanced, base.unenhanced()));
  }

  private static double or(Double value, double base) {
    return value == null ? base : value;
  }
}
