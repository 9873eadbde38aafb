package ai.pancreas;

import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalInt;

/** Where the mask of the pancreas comes from that a {@link Classifier} needs. */
public sealed interface MaskSource {

  /** A word for people and reports. */
  String name();

  /** The classifier's own segmentation model. */
  record Segmentation() implements MaskSource {
    @Override
    public String name() {
      return "segmentation";
    }
  }

  /**
   * A file of labels.
   *
   * @param path NIfTI or NRRD, told apart by content
   * @param label the label that is pancreas. Where it is empty, models of corrected preprocessing
   *     take the only one that is not 0, and models of reference preprocessing all of them
   */
  record File(Path path, OptionalInt label) implements MaskSource {

    /**
     * Checks the label.
     *
     * @throws PancreasException {@code USAGE} if it is 0
     */
    public File {
      Objects.requireNonNull(path, "path");
      if (label.isPresent() && label.getAsInt() == 0) {
        throw new PancreasException(
            ErrorCode.USAGE, "label 0 is what is outside of all masks; name another");
      }
    }

    /** A file with one label, or one for a model that takes all labels. */
    public File(Path path) {
      this(path, OptionalInt.empty());
    }

    @Override
    public String name() {
      return "file";
    }
  }

  /**
   * The program TotalSegmentator, if the environment variable PATH finds it. Models of reference
   * preprocessing take all organs of its task {@code total}, as the reference does.
   */
  record TotalSegmentator() implements MaskSource {
    @Override
    public String name() {
      return "totalsegmentator";
    }
  }
}
