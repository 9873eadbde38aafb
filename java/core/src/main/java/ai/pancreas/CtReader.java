package ai.pancreas;

import ai.pancreas.dicom.DicomReadOptions;
import ai.pancreas.dicom.DicomReader;
import ai.pancreas.nifti.NiftiReader;
import ai.pancreas.volume.CtVolume;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a CT from whatever it is stored in. Stateless and thread-safe. */
public final class CtReader {
  private CtReader() {}

  /** Reads the one CT of an input; see {@link #read(Path, ReadOptions, Monitor)}. */
  public static CtVolume read(Path input) {
    return read(input, ReadOptions.DEFAULT, Monitor.NONE);
  }

  /**
   * Reads a CT.
   *
   * @param input a folder of DICOM files (searched recursively), a zip of one, a DICOM file, or a
   *     NIfTI-1 file ({@code .nii}, {@code .nii.gz}); told apart by content
   * @throws PancreasException {@code USAGE} if the input does not exist, {@code NO_CT_SERIES},
   *     {@code BAD_DATA}, {@code AMBIGUOUS_INPUT}
   * @throws java.util.concurrent.CancellationException if the monitor cancels
   */
  public static CtVolume read(Path input, ReadOptions options, Monitor monitor) {
    requireExists(input);
    if (isNifti(input)) {
      return NiftiReader.readCt(input, monitor);
    }
    return DicomReader.read(
        input, new DicomReadOptions(options.seriesUid(), options.allowUneven()), monitor);
  }

  /**
   * Checks that there is an input, before other work is done for it.
   *
   * @throws PancreasException {@code USAGE} if there is none
   */
  public static void requireExists(Path input) {
    if (!Files.exists(input)) {
      throw new PancreasException(ErrorCode.USAGE, input + " does not exist");
    }
  }

  /** Whether an input is read as a NIfTI file rather than as DICOM. */
  public static boolean isNifti(Path input) {
    return Files.isRegularFile(input) && NiftiReader.isNifti(input);
  }
}
