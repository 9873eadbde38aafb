package ai.pancreas.cli;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.dataset.LabelOptions;
import ai.pancreas.dataset.PrepareOptions.Pictures;
import ai.pancreas.dataset.PrepareOptions.Spine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import picocli.CommandLine.Option;

/** How labelled cases are to be understood. */
final class LabelArguments {
  @Option(
      names = "--labels",
      paramLabel = "DIR",
      description = "A folder of labels beside the inputs. Can be given several times.")
  private List<Path> labelFolders = new ArrayList<>();

  @Option(
      names = "--label",
      paramLabel = "N",
      split = ",",
      description =
          "The label values that are pancreas, such as 7 or 1,2. Default: the one that is not 0.")
  private List<Integer> labels = new ArrayList<>();

  @Option(
      names = "--spine",
      paramLabel = "SIDE",
      defaultValue = "bottom",
      description =
          "Where the spine is in pictures: bottom or top (then they are flipped). Default:"
              + " ${DEFAULT-VALUE}.")
  private Spine spine;

  @Option(
      names = "--picture-hu",
      paramLabel = "MIN:MAX",
      defaultValue = "0:255",
      converter = HuWindow.Converter.class,
      description = "What black and white of pictures are, HU. Default: ${DEFAULT-VALUE}.")
  private HuWindow pictureHu;

  /** What was given; {@code USAGE} for what makes no sense. */
  LabelOptions options() {
    try {
      return new LabelOptions(
          new TreeSet<>(labels),
          labelFolders,
          new Pictures(pictureHu.min(), pictureHu.max(), spine));
    } catch (IllegalArgumentException e) {
      throw new PancreasException(ErrorCode.USAGE, e.getMessage(), e);
    }
  }
}
