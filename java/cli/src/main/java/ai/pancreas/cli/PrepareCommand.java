package ai.pancreas.cli;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.dataset.DatasetPreparation;
import ai.pancreas.dataset.LabelOptions;
import ai.pancreas.dataset.PreparationReport;
import ai.pancreas.dataset.PreparationReport.Dropped;
import ai.pancreas.dataset.PreparationReport.Kept;
import ai.pancreas.dataset.PrepareOptions;
import ai.pancreas.dataset.PrepareOptions.EmptyLabels;
import ai.pancreas.dataset.PrepareOptions.Validation;
import ai.pancreas.dataset.Split;
import ai.pancreas.dataset.TrainingCache;
import ai.pancreas.dataset.TrainingCacheWriter;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a training cache. */
@Command(
    name = "prepare",
    description =
        "Makes a training cache of CTs with their labels: checks every case, resamples its slices"
            + " and splits the patients. What cannot be used is dropped and told.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    sortOptions = false,
    subcommands = PrepareClassificationCommand.class,
    synopsisSubcommandLabel = "[COMMAND]",
    commandListHeading = "%nFor a network that classifies:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  pancreas-ai prepare Pancreas-CT --labels TCIA_pancreas_labels -o cache",
      "  pancreas-ai prepare patients -o cache --size 176",
      "  pancreas-ai prepare nifti --label 7 -o cache --validation-patients FILE",
      "  pancreas-ai prepare slices --spine top -o cache",
      "  pancreas-ai prepare classification patients -o regions",
      "",
      "A folder is taken for what it holds:",
      "- a folder for each patient, with a DICOM series and its NIfTI or NRRD label;",
      "- NIfTI files of CTs and labels (with label, mask or seg in a label's name,",
      "  or in a folder called labels or masks);",
      "- pictures of slices in images, masks in masks, patients in index.csv.",
      "A label lies in its CT's folder or has its name or number, there or in a",
      "folder given by --labels: label0001.nii.gz belongs to PANCREAS_0001."
    })
final class PrepareCommand implements Runnable {

  /** The same report, and who validates. */
  private record Result(String cache, PreparationReport report, Split split) {}

  @Spec private CommandSpec spec;

  // The two that are needed are not marked as required: the subcommand has its own.
  @Parameters(paramLabel = "INPUT", arity = "0..*", description = "Folders of cases, at least one.")
  private List<Path> inputs = List.of();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "CACHE",
      description = "The folder to make; needed.")
  private Path output;

  @Mixin private LabelArguments labelArguments;

  @Option(
      names = "--size",
      paramLabel = "N",
      defaultValue = "" + PrepareOptions.DEFAULT_SIZE,
      description =
          "Rows and columns of the cached slices: a tenth more than the network's leave room to"
              + " crop. Default: ${DEFAULT-VALUE}.")
  private int size;

  @Option(
      names = "--slices",
      paramLabel = "N",
      defaultValue = "0",
      description = "Slices of each volume, by nearest neighbour. Default: its own.")
  private int slices;

  @Option(
      names = "--allow-uneven",
      description = "Resample series with gaps or uneven spacing, instead of dropping them.")
  private boolean allowUneven;

  @Option(
      names = "--keep-empty",
      description = "Keep cases whose label holds no pancreas, instead of dropping them.")
  private boolean keepEmpty;

  @Option(
      names = "--validation-fraction",
      paramLabel = "F",
      defaultValue = "0.2",
      description = "The share of the patients that validate. Default: ${DEFAULT-VALUE}.")
  private double validationFraction;

  @Option(
      names = "--validation-patients",
      paramLabel = "FILE",
      description = "A text file of the patients that validate, one a line.")
  private Path validationPatients;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Another number, another split. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--overwrite", description = "Replace a cache that is there.")
  private boolean overwrite;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Mixin private ProgressOptions progressOptions;

  @Override
  public void run() {
    requireArguments();
    PrepareOptions options = options();
    TrainingCacheWriter.requireWritable(output, overwrite);
    OutputFiles.requireFolder(output);
    PreparationReport report;
    try (Progress progress = progressOptions.start()) {
      report = DatasetPreparation.run(inputs, output, options, progress);
    }
    print(report);
    int dropped = report.dropped().size();
    if (dropped > 0) {
      throw new PancreasException(
          ErrorCode.PARTIAL,
          (dropped == 1 ? "a case or picture was" : dropped + " cases or pictures were")
              + " dropped; "
              + output.resolve("report.json")
              + " says why");
    }
  }

  private void requireArguments() {
    if (inputs.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "Missing required parameter: 'INPUT'");
    }
    if (output == null) {
      throw new ParameterException(spec.commandLine(), "Missing required option: '--output=CACHE'");
    }
  }

  private PrepareOptions options() {
    LabelOptions labels = labelArguments.options();
    try {
      return new PrepareOptions(
          size,
          slices,
          labels.labels(),
          labels.labelFolders(),
          allowUneven,
          keepEmpty ? EmptyLabels.KEEP : EmptyLabels.DROP,
          labels.pictures(),
          validation());
    } catch (IllegalArgumentException e) {
      throw new PancreasException(ErrorCode.USAGE, e.getMessage(), e);
    }
  }

  private Validation validation() {
    if (validationPatients == null) {
      return new Validation.Fraction(validationFraction, seed);
    }
    return new Validation.Named(PatientsFile.read(validationPatients));
  }

  private void print(PreparationReport report) {
    PrintWriter out = spec.commandLine().getOut();
    Split split;
    try (TrainingCache cache = TrainingCache.open(output)) {
      split = Split.read(cache.splitFile());
    }
    if (json) {
      out.println(Json.of(new Result(output.toString(), report, split)));
      out.flush();
      return;
    }
    Summary summary =
        new Summary()
            .add("cache", output)
            .add("cases", report.kept().size())
            .add(
                "slices",
                report.kept().stream().mapToInt(Kept::slices).sum()
                    + " of "
                    + report.rows()
                    + " x "
                    + report.columns()
                    + ", "
                    + report.kept().stream().mapToInt(Kept::slicesWithPancreas).sum()
                    + " with pancreas")
            .add("training patients", split.training().size())
            .add("validation patients", split.validation().size());
    for (Kept each : report.kept()) {
      each.notes().forEach(note -> summary.add("note", each.id() + ": " + note));
    }
    for (Dropped each : report.dropped()) {
      summary.add("dropped", each.name() + ": " + each.reason());
    }
    summary.print(out);
  }
}
