package ai.pancreas.dicom;

import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Orientation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Lists the CT series of an input without reading pixels. */
public final class DicomScan {
  private static final double FULL_EXTENT_MM = 200;
  private static final double THIN_MM = 2.5;
  private static final double MEDIUM_MM = 5;

  private DicomScan() {}

  /**
   * Lists the CT series, fittest first.
   *
   * @param input a folder (searched recursively), a zip of one, or a DICOM file
   * @throws PancreasException NO_CT_SERIES if there is none, BAD_DATA if the input cannot be read
   *     or all that may be CT is damaged, USAGE if it does not exist
   * @throws CancellationException if the monitor asks for it
   */
  public static List<DicomSeries> scan(Path input, Monitor monitor) {
    FrameDecoder decoder = FrameDecoder.withInstalledCodecs();
    try (DicomInput files = DicomInput.open(input)) {
      InputScan scan = InputScan.of(files, monitor);
      scan.requireAny();
      return Stream.concat(
              scan.series().stream()
                  .map(series -> describe(series, scan.damagedOf(series.key()), decoder)),
              scan.unusableKeys().stream().map(key -> unusable(key, scan.damagedOf(key))))
          .sorted(
              Comparator.comparingInt(DicomSeries::score)
                  .reversed()
                  .thenComparing(DicomSeries::key))
          .toList();
    }
  }

  private static DicomSeries describe(CtSeries series, List<Damage> damaged, FrameDecoder decoder) {
    List<String> warnings = new ArrayList<>(series.warnings());
    Optional<String> problem = damaged.stream().findFirst().map(Damage::describe);
    Optional<Grid> grid = Optional.empty();
    try {
      SeriesGeometry geometry = SeriesGeometry.of(series.slices());
      warnings.addAll(geometry.warnings());
      if (geometry.unevenness().isEmpty()) {
        grid = Optional.of(geometry.grid());
      }
      problem = problem.or(geometry::unevenness);
    } catch (DicomFormatException e) {
      problem = problem.or(() -> Optional.of(e.getMessage()));
    }
    for (TransferSyntax syntax : series.syntaxes()) {
      problem = problem.or(() -> decoder.obstacle(syntax));
    }
    CtImage image = series.images().get(0);
    return new DicomSeries(
        series.key(),
        image.modality().isEmpty() ? "unknown" : image.modality(),
        image.format().rows(),
        image.format().columns(),
        series.sliceCount(),
        grid,
        series.syntaxes().stream().map(TransferSyntax::describe).collect(Collectors.joining(", ")),
        problem.isPresent() || grid.isEmpty() ? 0 : score(grid.get(), image.original()),
        warnings,
        problem);
  }

  private static DicomSeries unusable(String key, List<Damage> damaged) {
    return new DicomSeries(
        key,
        "CT",
        0,
        0,
        damaged.size(),
        Optional.empty(),
        "",
        0,
        List.of(),
        Optional.of(damaged.get(0).describe()));
  }

  private static int score(Grid grid, boolean original) {
    double spacing = grid.spacingMm(2);
    double extent = Math.min(1, spacing * grid.nz() / FULL_EXTENT_MM);
    boolean axial = Orientation.of(grid).z().axis() == 2;
    int thinness = spacing <= THIN_MM ? 20 : spacing <= MEDIUM_MM ? 10 : 0;
    return (int) Math.round(50 * extent) + (axial ? 20 : 0) + thinness + (original ? 10 : 0);
  }
}
