package ai.pancreas.cli;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.SegmentOptions;
import ai.pancreas.Segmenter;
import ai.pancreas.classify.MaskMode;
import ai.pancreas.dataset.PreparationReport.Dropped;
import ai.pancreas.dataset.RegionCacheWriter;
import ai.pancreas.dataset.RegionOptions;
import ai.pancreas.dataset.RegionOptions.MaskSource;
import ai.pancreas.dataset.RegionPreparation;
import ai.pancreas.dataset.RegionReport;
import ai.pancreas.dataset.RegionReport.Kept;
import ai.pancreas.model.RegionPreprocessing.Corrected;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a cache of regions around the pancreas. */
@Command(
    name = "classification",
    description =
        "Makes a cache for training a network that classifies: cuts the region around the pancreas"
            + " out of each patient's CT. Who cannot be used is dropped and told.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  pancreas-ai prepare classification patients -o regions",
      "  pancreas-ai prepare classification patients -o regions --mask auto",
      "  pancreas-ai prepare classification totalseg -o regions --mask-label 7",
      "  pancreas-ai prepare classification patients -o regions --labels labels.csv",
      "",
      "Each patient is a folder in INPUT that holds",
      "- a CT: DICOM files, a zip of them, or a NIfTI file;",
      "- a mask of the pancreas, such as mask.nii.gz or segmentation.nrrd;",
      "- a file label with 1 for cancer or 0 for none, unless --labels names a table."
    })
final class PrepareClassificationCommand implements Runnable {

  /** The same report, and where the cache is. */
  private record Result(String cache, RegionReport report) {}

  /** Where masks come from. */
  private enum Masks {
    FILES,
    AUTO
  }

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "INPUT",
      arity = "1..*",
      description = "Folders that have a folder for each patient, or are one.")
  private List<Path> inputs;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "CACHE",
      required = true,
      description = "The folder to make.")
  private Path output;

  @Option(
      names = "--mask",
      paramLabel = "WHERE",
      defaultValue = "files",
      description =
          "files: in each patient's folder; auto: segment each CT, whatever masks there are."
              + " Default: ${DEFAULT-VALUE}.")
  private Masks masks;

  @Option(
      names = "--mask-label",
      paramLabel = "N",
      description =
          "The value that is pancreas, 7 in files of TotalSegmentator's task total. Default: the"
              + " one that is not 0.")
  private Integer maskLabel;

  @Option(
      names = "--mask-mode",
      paramLabel = "MODE",
      defaultValue = "geometry",
      description =
          "How a mask file's voxels are matched with the CT's: geometry, by their place in the"
              + " patient, or index, by their order. Default: ${DEFAULT-VALUE}.")
  private MaskMode maskMode;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "A CSV file with the columns patient (the folder's name) and label (0 or 1).")
  private Path labels;

  @Option(
      names = "--size",
      paramLabel = "N",
      defaultValue = "" + RegionOptions.DEFAULT_SIZE,
      description =
          "Slices, rows and columns of the network's input, a multiple of 16; regions are a fifth"
              + " larger. Default: ${DEFAULT-VALUE}.")
  private int size;

  @Option(
      names = "--crop",
      paramLabel = "F",
      defaultValue = "0.9",
      description =
          "How far from each border of the CT to the mask it is cropped, 0 to 1. Default:"
              + " ${DEFAULT-VALUE}.")
  private double crop;

  @Option(
      names = "--allow-uneven",
      description = "Resample series with gaps or uneven spacing, instead of dropping them.")
  private boolean allowUneven;

  @Option(names = "--overwrite", description = "Replace a cache that is there.")
  private boolean overwrite;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Mixin private SegmenterOptions segmenterOptions;

  @Mixin private ProgressOptions progressOptions;

  @Override
  public void run() {
    // Complains of what makes no sense before a model is loaded.
    MaskSource files = files();
    options(files);
    RegionCacheWriter.requireWritable(output, overwrite);
    OutputFiles.requireFolder(output);
    RegionReport report = masks == Masks.FILES ? prepare(files) : prepareSegmented();
    print(report);
    int dropped = report.dropped().size();
    if (dropped > 0) {
      throw new PancreasException(
          ErrorCode.PARTIAL,
          (dropped == 1 ? "a patient was" : dropped + " patients were")
              + " dropped; "
              + output.resolve("report.json")
              + " says why");
    }
  }

  private RegionReport prepareSegmented() {
    if (maskLabel != null || maskMode != MaskMode.GEOMETRY) {
      throw new PancreasException(
          ErrorCode.USAGE, "--mask-label and --mask-mode are for mask files, not for --mask auto");
    }
    Segmenter.Builder builder = segmenterOptions.builder();
    try (Segmenter segmenter = builder.model(segmenterOptions.loadModel().await()).build()) {
      return prepare(
          new MaskSource.Segmented(
              segmenter.model().id(),
              (ct, monitor) -> segmenter.segment(ct, SegmentOptions.DEFAULT, monitor).mask()));
    }
  }

  private RegionReport prepare(MaskSource source) {
    try (Progress progress = progressOptions.start()) {
      return RegionPreparation.run(inputs, output, options(source), progress);
    }
  }

  private MaskSource files() {
    try {
      return new MaskSource.Files(
          maskLabel == null ? OptionalInt.empty() : OptionalInt.of(maskLabel), maskMode);
    } catch (IllegalArgumentException e) {
      throw new PancreasException(ErrorCode.USAGE, e.getMessage(), e);
    }
  }

  private RegionOptions options(MaskSource source) {
    try {
      return new RegionOptions(
          size,
          new Corrected(crop),
          source,
          Optional.ofNullable(labels),
          allowUneven,
          segmenterOptions.threads());
    } catch (IllegalArgumentException e) {
      throw new PancreasException(ErrorCode.USAGE, e.getMessage(), e);
    }
  }

  private void print(RegionReport report) {
    if (json) {
      spec.commandLine().getOut().println(Json.of(new Result(output.toString(), report)));
      spec.commandLine().getOut().flush();
      return;
    }
    Summary summary =
        new Summary()
            .add("cache", output)
            .add("patients", report.kept().size())
            .add("with cancer label", report.count(1))
            .add("without", report.count(0))
            .add("masks", report.masks())
            .add("region", size + " x " + size + " x " + size);
    for (Kept each : report.kept()) {
      each.notes().forEach(note -> summary.add("note", each.patient() + ": " + note));
    }
    for (Dropped each : report.dropped()) {
      summary.add("dropped", each.name() + ": " + each.reason());
    }
    summary.print(spec.commandLine().getOut());
  }
}
