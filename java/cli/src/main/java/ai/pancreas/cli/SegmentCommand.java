package ai.pancreas.cli;

import ai.pancreas.CtReader;
import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.SegmentOptions;
import ai.pancreas.Segmentation;
import ai.pancreas.Segmenter;
import ai.pancreas.volume.CtVolume;
import java.nio.file.Path;
import java.util.OptionalDouble;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The main job: from a CT to a mask of the pancreas. */
@Command(
    name = "segment",
    description = "Finds the pancreas in a CT and writes its mask as NIfTI.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  pancreas-ai segment ct-folder",
      "  pancreas-ai segment export.zip -o pancreas.nii.gz --series 1.2.840.1",
      "  pancreas-ai segment ct.nii.gz -o mask.nii.gz --probability probability.nii.gz",
      "  pancreas-ai segment ct-folder --threshold 0.3 --keep-largest --quiet",
      "",
      "Research use only, not a medical device."
    })
final class SegmentCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "INPUT",
      description =
          "A DICOM folder (searched recursively), a zip of one, a DICOM file or a NIfTI file.")
  private Path input;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      defaultValue = "prediction.nii.gz",
      description =
          "The mask, .nii or .nii.gz: 1 in the pancreas, 0 elsewhere, on the CT's own grid."
              + " Default: ${DEFAULT-VALUE}.")
  private Path output;

  @Option(
      names = "--probability",
      paramLabel = "FILE",
      description = "Also write the probability of pancreas, .nii or .nii.gz, float32.")
  private Path probability;

  @Mixin private SegmenterOptions segmenterOptions;

  @Mixin private SeriesArguments seriesArguments;

  @Option(
      names = "--threshold",
      paramLabel = "P",
      description = "A voxel is pancreas above this probability. Default: what the model says.")
  private Double threshold;

  @Option(names = "--keep-largest", description = "Keep only the largest connected part.")
  private boolean keepLargest;

  @Mixin private ProgressOptions progressOptions;

  @Override
  public void run() {
    long start = System.nanoTime();
    SegmentOptions options =
        new SegmentOptions(
            threshold == null ? OptionalDouble.empty() : OptionalDouble.of(threshold), keepLargest);
    CtReader.requireExists(input);
    checkOutputs();
    Segmenter.Builder builder = segmenterOptions.builder();
    LoadingModel model = segmenterOptions.loadModel();
    Segmentation result;
    try (Progress progress = progressOptions.start()) {
      CtVolume ct = seriesArguments.read(input, progress);
      progress.nextTask();
      try (Segmenter segmenter = builder.model(model.await()).build()) {
        result = segmenter.segment(ct, options, progress);
      }
      progress.nextTask();
      result.writeMask(output, progress);
      if (probability != null) {
        progress.nextTask();
        result.writeProbability(probability, progress);
      }
    }
    print(result, (System.nanoTime() - start) / 1e9);
  }

  private void checkOutputs() {
    OutputFiles.requireNifti(output, input);
    if (probability != null) {
      OutputFiles.requireNifti(probability, input);
      if (probability.toAbsolutePath().normalize().equals(output.toAbsolutePath().normalize())) {
        throw new PancreasException(
            ErrorCode.USAGE, "--probability and --output both name " + output);
      }
    }
  }

  private void print(Segmentation result, double seconds) {
    Summary summary = new Summary().add("mask", output);
    if (probability != null) {
      summary.add("probability", probability);
    }
    summary.add(result).add("time", "%.1f s", seconds).print(spec.commandLine().getOut());
    spec.commandLine().getOut().println("Research use only, not a medical device.");
  }
}
