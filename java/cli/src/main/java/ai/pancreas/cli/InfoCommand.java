package ai.pancreas.cli;

import ai.pancreas.CtReader;
import ai.pancreas.dicom.DicomScan;
import ai.pancreas.dicom.DicomSeries;
import ai.pancreas.nifti.NiftiInfo;
import ai.pancreas.nifti.NiftiReader;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Orientation;
import ai.pancreas.volume.Vector3;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells what an input holds, without patient data. */
@Command(
    name = "info",
    description = "Lists the CT series of an input, the fittest for this program first.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  pancreas-ai info export.zip",
      "  pancreas-ai info ct-folder --json",
      "  pancreas-ai info ct.nii.gz"
    })
final class InfoCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "INPUT",
      description =
          "A DICOM folder (searched recursively), a zip of one, a DICOM file or a NIfTI file.")
  private Path input;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Mixin private ProgressOptions progressOptions;

  /**
   * A grid in JSON.
   *
   * @param size columns, rows, slices
   * @param orientation where they run, such as LPS
   * @param originMm the centre of the first voxel, LPS
   * @param stepsMm from voxel to voxel along columns, rows and slices, LPS
   */
  private record GridView(
      List<Integer> size,
      List<Double> spacingMm,
      String orientation,
      List<Double> originMm,
      List<List<Double>> stepsMm,
      boolean sheared) {

    static GridView of(Grid grid) {
      return new GridView(
          List.of(grid.nx(), grid.ny(), grid.nz()),
          List.of(grid.spacingMm(0), grid.spacingMm(1), grid.spacingMm(2)),
          Orientation.of(grid).toString(),
          list(grid.origin()),
          List.of(list(grid.stepX()), list(grid.stepY()), list(grid.stepZ())),
          grid.isSheared());
    }

    private static List<Double> list(Vector3 vector) {
      return List.of(vector.x(), vector.y(), vector.z());
    }
  }

  private record SeriesView(
      String uid,
      String modality,
      int rows,
      int columns,
      int slices,
      GridView grid,
      String transferSyntax,
      int score,
      List<String> warnings,
      String problem) {

    static SeriesView of(DicomSeries series) {
      return new SeriesView(
          series.key(),
          series.modality(),
          series.rows(),
          series.columns(),
          series.slices(),
          series.grid().map(GridView::of).orElse(null),
          series.transferSyntax(),
          series.score(),
          series.warnings(),
          series.problem().orElse(null));
    }
  }

  private record DicomView(String format, List<SeriesView> series) {}

  private record NiftiView(
      String format,
      GridView grid,
      String dataType,
      double slope,
      double intercept,
      boolean compressed,
      List<String> warnings) {}

  @Override
  public void run() {
    if (CtReader.isNifti(input)) {
      show(NiftiReader.readInfo(input));
      return;
    }
    List<DicomSeries> series;
    try (Progress progress = progressOptions.start()) {
      series = DicomScan.scan(input, progress);
    }
    show(series);
  }

  private void show(NiftiInfo info) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          Json.of(
              new NiftiView(
                  "nifti",
                  GridView.of(info.grid()),
                  info.dataType(),
                  info.slope(),
                  info.intercept(),
                  info.compressed(),
                  info.warnings())));
      return;
    }
    Summary summary =
        new Summary()
            .add("format", info.compressed() ? "NIfTI, gzip" : "NIfTI")
            .add("voxels", info.dataType())
            .add("scaling", info.slope() + " * stored + " + info.intercept());
    addGrid(summary, info.grid());
    info.warnings().forEach(warning -> summary.add("warning", warning));
    summary.print(out);
  }

  private void show(List<DicomSeries> found) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.of(new DicomView("dicom", found.stream().map(SeriesView::of).toList())));
      return;
    }
    for (DicomSeries series : found) {
      Summary summary =
          new Summary()
              .add("series", series.key())
              .add("modality", series.modality())
              .add("transfer syntax", series.transferSyntax())
              .add("slices", series.slices())
              .add("score", series.score() + " of 100");
      series.grid().ifPresent(grid -> addGrid(summary, grid));
      series.warnings().forEach(warning -> summary.add("warning", warning));
      series.problem().ifPresent(problem -> summary.add("problem", problem));
      summary.print(out);
      out.println();
    }
  }

  private static void addGrid(Summary summary, Grid grid) {
    summary
        .add("size", grid.describe())
        .add("orientation", Orientation.of(grid) + (grid.isSheared() ? ", sheared" : ""));
  }
}
