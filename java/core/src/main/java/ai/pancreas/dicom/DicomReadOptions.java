package ai.pancreas.dicom;

import java.util.Objects;
import java.util.Optional;

/**
 * How to read a CT.
 *
 * @param seriesUid the series to read, a {@link DicomSeries#key()}; needed where there are several
 * @param allowUneven whether unevenly spaced slices are resampled to even spacing, instead of
 *     refused
 */
public record DicomReadOptions(Optional<String> seriesUid, boolean allowUneven) {

  /** The only series, evenly spaced. */
  public static final DicomReadOptions DEFAULT = new DicomReadOptions(Optional.empty(), false);

  public DicomReadOptions {
    Objects.requireNonNull(seriesUid, "seriesUid");
  }
}
