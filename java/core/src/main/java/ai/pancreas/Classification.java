package ai.pancreas;

import ai.pancreas.classify.MaskMode;
import ai.pancreas.nifti.NiftiLayout;
import ai.pancreas.nifti.NiftiWriter;
import ai.pancreas.volume.Mask;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The result of one classification. Immutable, thread-safe, and valid after its {@link Classifier}
 * is closed.
 *
 * <p>The probability is a number that a network computed from one CT, after what it was trained
 * with. It is no diagnosis, and not the probability that this patient has cancer: that depends on
 * much which the network does not know.
 *
 * @param probability what the network says, 0 to 1
 * @param mask what it looked at
 * @param flags what makes the number doubtful
 * @param preprocessing how CT and mask became the network's input: {@code reference} or {@code
 *     corrected}
 * @param modelId the classification model that was used
 * @param engineName the engine that ran it
 * @param timings where the time went
 */
public record Classification(
    double probability,
    UsedMask mask,
    List<Flag> flags,
    String preprocessing,
    String modelId,
    String engineName,
    Timings timings) {

  public Classification {
    flags = List.copyOf(flags);
  }

  /** A part of the range of probabilities, with the limits of the reference project's program. */
  public enum Band {
    /** Below 0.3. */
    LOW,
    /** From 0.3 to 0.7. */
    MIDDLE,
    /** Above 0.7. */
    HIGH;

    /** Probabilities below this are {@link #LOW}. */
    public static final double LOW_BELOW = 0.3;

    /** Probabilities above this are {@link #HIGH}. */
    public static final double HIGH_ABOVE = 0.7;

    /** The band of a probability. */
    public static Band of(double probability) {
      return probability < LOW_BELOW ? LOW : probability > HIGH_ABOVE ? HIGH : MIDDLE;
    }
  }

  /**
   * The mask that was used.
   *
   * @param mask on the CT's own grid, after it was matched with the CT
   * @param layout how files made from it are laid out
   * @param source where it came from, such as {@code segmentation} or {@code file}
   * @param mode how its voxels were matched with the CT's
   * @param segmentationModelId the model that made it, where the classifier segmented
   * @param volumeMl its volume, millilitres
   * @param meanHu the mean of the CT within it, HU
   */
  public record UsedMask(
      Mask mask,
      NiftiLayout layout,
      String source,
      MaskMode mode,
      Optional<String> segmentationModelId,
      double volumeMl,
      double meanHu) {}

  /**
   * Something that makes the number doubtful.
   *
   * @param kind what it is
   * @param reason one line for people
   */
  public record Flag(Kind kind, String reason) {

    /** What can be doubtful. */
    public enum Kind {
      /** The mask is a piece of a pancreas at most. */
      TINY("tiny"),
      /** The mask reaches the CT's border: a part of the pancreas may be missing. */
      TOUCHES_BORDER("touchesBorder"),
      /** Volume or intensity are unlike those that the model learned from. */
      OUT_OF_DISTRIBUTION("outOfDistribution");

      private final String label;

      Kind(String label) {
        this.label = label;
      }

      /** A word for reports. */
      public String label() {
        return label;
      }
    }
  }

  /**
   * Where the time of a classification went.
   *
   * @param mask making or reading the mask, and matching it with the CT
   * @param region from CT and mask to the network's input
   * @param network the network
   */
  public record Timings(Duration mask, Duration region, Duration network) {}

  /** The band of the probability. */
  public Band band() {
    return Band.of(probability);
  }

  /**
   * Writes the mask that was used as NIfTI-1, uint8, on the CT's own grid. The file appears whole
   * or not at all.
   *
   * @param file ends in {@code .nii} or {@code .nii.gz}
   * @throws PancreasException {@code USAGE} for another name, {@code OUTPUT} if it can't be written
   * @throws java.util.concurrent.CancellationException if the monitor cancels
   */
  public void writeMask(Path file, Monitor monitor) {
    String made = mask.segmentationModelId().orElse(mask.source());
    NiftiWriter.writeMask(
        file,
        mask.mask(),
        mask.layout(),
        "pancreas-ai " + Version.current() + " mask from " + made,
        monitor);
  }
}
