package ai.pancreas.cli;

import ai.pancreas.ClassifyOptions;
import ai.pancreas.ErrorCode;
import ai.pancreas.MaskSource;
import ai.pancreas.PancreasException;
import ai.pancreas.classify.MaskMode;
import ai.pancreas.classify.TotalSegmentator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** Where the mask of the pancreas comes from, and how it is matched with the CT. */
final class MaskArguments {
  /** What makes the mask where no file is given. */
  enum Maker {
    OWN,
    TOTALSEGMENTATOR
  }

  @Option(
      names = "--mask",
      paramLabel = "FILE",
      description =
          "A mask of the pancreas, NIfTI or NRRD. Default: the program segments the CT itself.")
  private Path file;

  @Option(
      names = "--mask-label",
      paramLabel = "N",
      description =
          "The label of --mask that is pancreas, such as 7 for TotalSegmentator's total. Default:"
              + " the one that is not 0.")
  private Integer label;

  @Option(
      names = "--mask-from",
      paramLabel = "MAKER",
      description =
          "What makes the mask where no file is given: own (the default) or totalsegmentator, the"
              + " program of that name, which must be on the PATH.")
  private Maker maker;

  @Option(
      names = "--mask-mode",
      paramLabel = "MODE",
      description =
          "How voxels of mask and CT are matched: geometry, by their place in the patient, or"
              + " index, one to one. Default: what the model says.")
  private MaskMode mode;

  /**
   * What was asked for, after what can be checked at once.
   *
   * @throws PancreasException {@code USAGE} for what makes no sense, {@code DEVICE} without the
   *     program that was asked for
   */
  ClassifyOptions options() {
    return new ClassifyOptions(source(), Optional.ofNullable(mode));
  }

  private MaskSource source() {
    if (file == null) {
      if (label != null) {
        throw usage("--mask-label chooses among the labels of a --mask; name one");
      }
      if (maker == Maker.TOTALSEGMENTATOR) {
        TotalSegmentator.onPath();
        return new MaskSource.TotalSegmentator();
      }
      return new MaskSource.Segmentation();
    }
    if (maker != null) {
      throw usage("give --mask or --mask-from, not both");
    }
    if (!Files.exists(file)) {
      throw usage(file + " does not exist");
    }
    return new MaskSource.File(file, label == null ? OptionalInt.empty() : OptionalInt.of(label));
  }

  /** The file of the mask, where one was given. */
  Optional<Path> file() {
    return Optional.ofNullable(file);
  }

  private static PancreasException usage(String what) {
    return new PancreasException(ErrorCode.USAGE, what);
  }
}
