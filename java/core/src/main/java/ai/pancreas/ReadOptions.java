package ai.pancreas;

import java.util.Optional;

/**
 * How an input is read.
 *
 * @param seriesUid the DICOM series to take where there are several
 * @param allowUneven whether a series with gaps or uneven spacing is resampled to even spacing
 *     instead of refused
 */
public record ReadOptions(Optional<String> seriesUid, boolean allowUneven) {

  /** The only series of the input, evenly spaced. */
  public static final ReadOptions DEFAULT = new ReadOptions(Optional.empty(), false);
}
