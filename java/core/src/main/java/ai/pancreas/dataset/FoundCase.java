package ai.pancreas.dataset;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A case as it lies on the disk, not read yet. */
sealed interface FoundCase {

  /** Its name, which others may have too. */
  String id();

  /** Whose case it is. */
  String patient();

  /**
   * A CT and its label.
   *
   * @param ct a folder of DICOM files or a NIfTI file
   * @param label a NIfTI or NRRD file
   */
  record Volume(String id, String patient, Path ct, Path label) implements FoundCase {}

  /**
   * Pictures of slices, in their order.
   *
   * @param cropped how many pixels were cut from each side before the picture was scaled
   */
  record Pictures(String id, String patient, int cropped, List<Picture> pictures)
      implements FoundCase {}

  /**
   * A picture.
   *
   * @param mask empty where the slice holds no pancreas
   */
  record Picture(Path image, Optional<Path> mask) {}
}
