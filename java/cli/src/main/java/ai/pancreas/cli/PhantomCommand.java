package ai.pancreas.cli;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.nifti.NiftiLayout;
import ai.pancreas.nifti.NiftiWriter;
import ai.pancreas.phantom.Phantom;
import ai.pancreas.phantom.PhantomCase;
import ai.pancreas.phantom.PhantomOptions;
import ai.pancreas.phantom.PhantomWriter;
import ai.pancreas.phantom.SeriesLayout;
import ai.pancreas.volume.Orientation;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes a synthetic CT. */
@Command(
    name = "phantom",
    description =
        "Writes a synthetic abdomen: a DICOM series in DIR/ct and its pancreas in"
            + " DIR/mask.nii.gz.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  pancreas-ai phantom -o phantom",
      "  pancreas-ai phantom -o small --size 64x64x24 --seed 7",
      "  pancreas-ai phantom -o coronal --orientation coronal --spacing 1x1x3"
    })
final class PhantomCommand implements Runnable {
  private static final double OBLIQUE_DEGREES = 20;

  /** How the slices lie. */
  private enum Slices {
    AXIAL(Orientation.LPS, 0),
    SAGITTAL(PhantomOptions.SAGITTAL, 0),
    CORONAL(PhantomOptions.CORONAL, 0),
    OBLIQUE(Orientation.LPS, OBLIQUE_DEGREES);

    private final Orientation orientation;
    private final double degrees;

    Slices(Orientation orientation, double degrees) {
      this.orientation = orientation;
      this.degrees = degrees;
    }
  }

  @Spec private CommandSpec spec;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      required = true,
      description = "A folder that is new or empty.")
  private Path output;

  @Option(
      names = "--size",
      paramLabel = "CxRxS",
      defaultValue = "512x512x120",
      converter = VoxelCounts.Converter.class,
      description = "Columns, rows and slices. Default: ${DEFAULT-VALUE}.")
  private VoxelCounts size;

  @Option(
      names = "--spacing",
      paramLabel = "XxYxZ",
      converter = SpacingMm.Converter.class,
      description = "Millimetres between columns, rows and slices. Default: what fills 430 mm.")
  private SpacingMm spacing;

  @Option(
      names = "--orientation",
      paramLabel = "NAME",
      defaultValue = "axial",
      description = "axial, sagittal, coronal or oblique. Default: ${DEFAULT-VALUE}.")
  private Slices slices;

  @Option(
      names = "--noise",
      paramLabel = "HU",
      description = "Standard deviation of the noise in the middle of the body.")
  private Double noiseHu;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Another number, another patient. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Mixin private ProgressOptions progressOptions;

  @Override
  public void run() {
    PhantomOptions options = options();
    OutputFiles.requireNewFolder(output);
    Path ct = output.resolve("ct");
    Path mask = output.resolve("mask.nii.gz");
    PhantomCase phantom;
    try (Progress progress = progressOptions.start()) {
      phantom = Phantom.generate(options, progress);
      new PhantomWriter(phantom.ct(), seed, SeriesLayout.USUAL).write(ct, progress);
      progress.nextTask();
      NiftiWriter.writeMask(
          mask, phantom.pancreas(), NiftiLayout.of(phantom.ct()), "phantom " + seed, progress);
    }
    new Summary()
        .add("ct", ct)
        .add("mask", mask)
        .add("size", phantom.ct().grid().describe())
        .add("pancreas", "%.1f ml", phantom.pancreas().volumeMl())
        .print(spec.commandLine().getOut());
  }

  private PhantomOptions options() {
    try {
      PhantomOptions options =
          PhantomOptions.of(seed, size.columns(), size.rows(), size.slices(), slices.orientation)
              .withObliqueDegrees(slices.degrees);
      if (spacing != null) {
        options = options.withSpacingMm(spacing.x(), spacing.y(), spacing.z());
      }
      return noiseHu == null ? options : options.withNoiseHu(noiseHu);
    } catch (IllegalArgumentException e) {
      throw new PancreasException(ErrorCode.USAGE, e.getMessage(), e);
    }
  }
}
