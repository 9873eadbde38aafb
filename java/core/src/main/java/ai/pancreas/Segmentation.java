package ai.pancreas;

import ai.pancreas.nifti.NiftiLayout;
import ai.pancreas.nifti.NiftiWriter;
import ai.pancreas.segment.ProbabilityMap;
import ai.pancreas.volume.Mask;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The result of one segmentation. Immutable, thread-safe, and valid after its {@link Segmenter} is
 * closed.
 *
 * @param mask pancreas, on the CT's own grid
 * @param probability the probability behind the mask, on the same grid, resampled when read
 * @param threshold the threshold that made the mask
 * @param modelId the model that was used
 * @param engineName the engine that ran it
 * @param layout how files made from this result are laid out
 * @param timings where the time went
 */
public record Segmentation(
    Mask mask,
    ProbabilityMap probability,
    double threshold,
    String modelId,
    String engineName,
    NiftiLayout layout,
    Timings timings) {

  /**
   * Where the time of a segmentation went.
   *
   * @param network pre-processing and network
   * @param mask from the network's grid to the CT's
   */
  public record Timings(Duration network, Duration mask) {}

  /** The volume of the mask, millilitres. */
  public double volumeMl() {
    return mask.volumeMl();
  }

  /**
   * Writes the mask as NIfTI-1, uint8: for a DICOM series in the axis order that dcm2niix writes,
   * for a NIfTI file on its own grid. The file appears whole or not at all.
   *
   * @param file ends in {@code .nii} or {@code .nii.gz}
   * @throws PancreasException {@code USAGE} for another name, {@code OUTPUT} if it can't be written
   */
  public void writeMask(Path file) {
    writeMask(file, Monitor.NONE);
  }

  /** Writes the mask as {@link #writeMask(Path)} does, watched by a monitor. */
  public void writeMask(Path file, Monitor monitor) {
    NiftiWriter.writeMask(file, mask, layout, description(), monitor);
  }

  /** Writes the probability as NIfTI-1, float32, otherwise like {@link #writeMask}. */
  public void writeProbability(Path file) {
    writeProbability(file, Monitor.NONE);
  }

  /** Writes the probability as NIfTI-1, float32, otherwise like {@link #writeMask}. */
  public void writeProbability(Path file, Monitor monitor) {
    NiftiWriter.writeFloat(file, probability, layout, description(), monitor);
  }

  /** What stands in the files: program, model and engine. */
  public String description() {
    return "pancreas-ai " + Version.current() + " " + modelId + " " + engineName;
  }
}
