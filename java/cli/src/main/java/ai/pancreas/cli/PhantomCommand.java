package ai.pancreas.cli;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import ai.pancreas.io.AtomicFile;
import ai.pancreas.io.AtomicFolder;
import ai.pancreas.nifti.NiftiLayout;
import ai.pancreas.nifti.NiftiWriter;
import ai.pancreas.phantom.Phantom;
import ai.pancreas.phantom.PhantomCase;
import ai.pancreas.phantom.PhantomOptions;
import ai.pancreas.phantom.PhantomWriter;
import ai.pancreas.phantom.SeriesLayout;
import ai.pancreas.volume.Orientation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes a synthetic CT. */
@Command(
    name = "phantom",
    description = {
      "Writes a synthetic abdomen: a DICOM series in DIR/ct and its pancreas in"
          + " DIR/mask.nii.gz; or many, with and without a lesion in the pancreas.",
      "Phantoms are for trying things out. Their lesions are drawn, not cancers: what finds them,"
          + " or a model trained on them, says nothing about patients."
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  pancreas-ai phantom -o phantom",
      "  pancreas-ai phantom -o small --size 64x64x24 --seed 7",
      "  pancreas-ai phantom -o coronal --orientation coronal --spacing 1x1x3",
      "  pancreas-ai phantom -o lesion --lesion",
      "  pancreas-ai phantom -o patients --patients 40 --size 128x128x64"
    })
final class PhantomCommand implements Runnable {
  private static final double OBLIQUE_DEGREES = 20;
  private static final int MOST_PATIENTS = 10_000;

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

  @Option(
      names = "--lesion",
      description =
          "Draw a dark mass into the pancreas, with a dilated duct; DIR/label then holds 1.")
  private boolean lesion;

  @Option(
      names = "--patients",
      paramLabel = "N",
      description =
          "Write N patients to DIR/phantom-001 and so on, every second one with a lesion: each"
              + " folder has a file label with 0 or 1. Their seeds are --seed and those that"
              + " follow.")
  private Integer patients;

  @Mixin private ProgressOptions progressOptions;

  @Override
  public void run() {
    Summary summary = patients == null ? writeOne() : writeMany();
    summary.print(spec.commandLine().getOut());
  }

  private Summary writeOne() {
    PhantomOptions options = options(seed, lesion);
    OutputFiles.requireNewFolder(output);
    PhantomCase phantom;
    try (Progress progress = progressOptions.start()) {
      phantom = Phantom.generate(options, progress);
      writeCt(phantom, seed, output, progress);
      progress.nextTask();
      writeMask(phantom, seed, output, progress);
      if (lesion) {
        writeLabel(output, 1);
      }
    }
    Summary summary =
        new Summary()
            .add("ct", ct(output))
            .add("mask", mask(output))
            .add("size", phantom.ct().grid().describe())
            .add("pancreas", "%.1f ml", phantom.pancreas().volumeMl());
    phantom.lesion().ifPresent(mass -> summary.add("lesion", "%.1f ml", mass.volumeMl()));
    return summary;
  }

  private Summary writeMany() {
    if (lesion) {
      throw new PancreasException(
          ErrorCode.USAGE, "--patients gives every second one a lesion; leave --lesion out");
    }
    if (patients < 2 || patients > MOST_PATIENTS) {
      throw new PancreasException(
          ErrorCode.USAGE, "--patients is 2 to " + MOST_PATIENTS + ", not " + patients);
    }
    PhantomOptions first = options(seed, false);
    OutputFiles.requireNewFolder(output);
    try (Progress progress = progressOptions.start();
        AtomicFolder folder = new AtomicFolder(output)) {
      for (int i = 0; i < patients; i++) {
        progress.progress(Stage.PREPARE, i, patients);
        writePatient(i, folder.path(), progress.withinStage());
      }
      progress.progress(Stage.PREPARE, patients, patients);
      folder.commit();
    }
    return new Summary()
        .add("patients", output)
        .add("without lesion", (patients + 1) / 2)
        .add("with lesion", patients / 2)
        .add("size", first.grid().describe());
  }

  private void writePatient(int i, Path folder, Monitor monitor) {
    int label = i % 2;
    Path patient = folder.resolve(String.format(Locale.ROOT, "phantom-%03d", i + 1));
    PhantomCase phantom = Phantom.generate(options(seed + i, label == 1), monitor);
    writeCt(phantom, seed + i, patient, monitor);
    writeMask(phantom, seed + i, patient, monitor);
    writeLabel(patient, label);
  }

  private static void writeCt(PhantomCase phantom, long seed, Path folder, Monitor monitor) {
    PhantomWriter.of(phantom, seed, SeriesLayout.USUAL).write(ct(folder), monitor);
  }

  private static void writeMask(PhantomCase phantom, long seed, Path folder, Monitor monitor) {
    NiftiWriter.writeMask(
        mask(folder), phantom.pancreas(), NiftiLayout.of(phantom.ct()), "phantom " + seed, monitor);
  }

  private static void writeLabel(Path folder, int label) {
    AtomicFile.write(
        folder.resolve("label"),
        out -> out.write((label + "\n").getBytes(StandardCharsets.US_ASCII)));
  }

  private static Path ct(Path folder) {
    return folder.resolve("ct");
  }

  private static Path mask(Path folder) {
    return folder.resolve("mask.nii.gz");
  }

  private PhantomOptions options(long seed, boolean lesion) {
    try {
      PhantomOptions options =
          PhantomOptions.of(seed, size.columns(), size.rows(), size.slices(), slices.orientation)
              .withObliqueDegrees(slices.degrees);
      if (spacing != null) {
        options = options.withSpacingMm(spacing.x(), spacing.y(), spacing.z());
      }
      if (lesion) {
        options = options.withLesion();
      }
      return noiseHu == null ? options : options.withNoiseHu(noiseHu);
    } catch (IllegalArgumentException e) {
      throw new PancreasException(ErrorCode.USAGE, e.getMessage(), e);
    }
  }
}
