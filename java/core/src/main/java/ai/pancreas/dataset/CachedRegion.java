package ai.pancreas.dataset;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A patient of a {@link RegionCache}.
 *
 * @param patient the patient's name, as it was found
 * @param label 1 with cancer, 0 without
 * @param maskVolumeMl the volume of the mask that the region was cut out with
 * @param meanHu the mean of the CT's voxels within that mask
 * @param file the name of the region's file in the cache
 * @param checksum CRC-32C of that file
 */
public record CachedRegion(
    String patient, int label, double maskVolumeMl, double meanHu, String file, long checksum) {
  private static final Pattern FILE = Pattern.compile("region-\\d{4,9}\\.bin");

  public CachedRegion {
    Objects.requireNonNull(patient, "patient");
    if (patient.isBlank()) {
      throw new IllegalArgumentException("a region needs a patient");
    }
    if (label != 0 && label != 1) {
      throw new IllegalArgumentException("label " + label + "; it is 0 or 1");
    }
    if (!(maskVolumeMl > 0 && Double.isFinite(maskVolumeMl) && Double.isFinite(meanHu))) {
      throw new IllegalArgumentException("a mask of " + maskVolumeMl + " ml and " + meanHu + " HU");
    }
    if (file == null || !FILE.matcher(file).matches()) {
      throw new IllegalArgumentException("impossible file name " + file);
    }
  }
}
