package ai.pancreas.dicom;

import ai.pancreas.volume.Grid;
import java.util.List;
import java.util.Optional;

/**
 * A CT series as its headers describe it. Holds no patient data.
 *
 * @param key the SeriesInstanceUID; where it is missing, a key that is the same whenever the same
 *     files are looked at
 * @param modality {@code CT}, or {@code unknown} where the files do not say
 * @param rows of a slice; 0 where no file of the series can be used
 * @param columns of a slice; 0 where no file of the series can be used
 * @param slices how many, or how many files where none of them can be used
 * @param grid size, spacing and orientation, LPS, mm; absent where the slices make no even stack
 * @param transferSyntax name and UID; several where the files differ, empty where none can be used
 * @param score how fit the series is for finding an organ in the abdomen, 0 to 100: half of it for
 *     the extent (full at 200 mm), 20 for axial slices, 20 for slices at most 2.5 mm apart (10 at
 *     most 5 mm), 10 for images that the scanner made itself; 0 if it cannot be read
 * @param warnings what a user should know, one line each
 * @param problem why the series cannot be read as it is
 */
public record DicomSeries(
    String key,
    String modality,
    int rows,
    int columns,
    int slices,
    Optional<Grid> grid,
    String transferSyntax,
    int score,
    List<String> warnings,
    Optional<String> problem) {

  public DicomSeries {
    warnings = List.copyOf(warnings);
  }
}
