package ai.pancreas.volume;

import java.util.List;

/**
 * What a volume was read from, and what a user should know about it.
 *
 * @param format the kind of input
 * @param warnings one line each, without patient data
 */
public record VolumeSource(Format format, List<String> warnings) {

  /** The kind of input behind a volume. It decides how NIfTI files made from it are laid out. */
  public enum Format {
    /** A DICOM series, in DICOM's own order of rows and columns. */
    DICOM,
    /** A NIfTI file, in the file's own order. */
    NIFTI,
    /** Made by a program. */
    SYNTHETIC
  }

  /** A volume that a program made. */
  public static final VolumeSource SYNTHETIC = new VolumeSource(Format.SYNTHETIC, List.of());

  public VolumeSource {
    warnings = List.copyOf(warnings);
  }
}
