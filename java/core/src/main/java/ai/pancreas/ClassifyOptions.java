package ai.pancreas;

import ai.pancreas.classify.MaskMode;
import java.util.Objects;
import java.util.Optional;

/**
 * What may differ from one classification to the next with the same {@link Classifier}.
 *
 * @param mask where the mask of the pancreas comes from
 * @param maskMode how its voxels are matched with the CT's; where empty, as the model's
 *     preprocessing says: by index for reference, by geometry for corrected
 */
public record ClassifyOptions(MaskSource mask, Optional<MaskMode> maskMode) {

  /** The mask of the classifier's own segmentation, matched as the model says. */
  public static final ClassifyOptions DEFAULT =
      new ClassifyOptions(new MaskSource.Segmentation(), Optional.empty());

  public ClassifyOptions {
    Objects.requireNonNull(mask, "mask");
    Objects.requireNonNull(maskMode, "maskMode");
  }

  /** The same options with another source of the mask. */
  public ClassifyOptions withMask(MaskSource source) {
    return new ClassifyOptions(source, maskMode);
  }

  /** The same options with another way to match voxels. */
  public ClassifyOptions withMaskMode(MaskMode mode) {
    return new ClassifyOptions(mask, Optional.of(mode));
  }
}
