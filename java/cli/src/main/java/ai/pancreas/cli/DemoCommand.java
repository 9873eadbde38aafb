package ai.pancreas.cli;

import ai.pancreas.CtReader;
import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.ReadOptions;
import ai.pancreas.SegmentOptions;
import ai.pancreas.Segmentation;
import ai.pancreas.Segmenter;
import ai.pancreas.phantom.Phantom;
import ai.pancreas.phantom.PhantomCase;
import ai.pancreas.phantom.PhantomOptions;
import ai.pancreas.report.Preview;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Mask;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows that the program runs: the main job, and a picture of what came out. */
@Command(
    name = "demo",
    description =
        "Segments a synthetic CT, or a given one, with the built-in model and draws a picture.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {"  pancreas-ai demo", "  pancreas-ai demo ct-folder -o pictures"})
final class DemoCommand implements Runnable {
  private static final PhantomOptions PHANTOM = PhantomOptions.axial(1, 512, 512, 120);

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "INPUT",
      arity = "0..1",
      description =
          "A DICOM folder (searched recursively), a zip of one, a DICOM file or a NIfTI file."
              + " Default: a phantom.")
  private Path input;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      defaultValue = "pancreas-ai-demo",
      description =
          "The folder that gets prediction.nii.gz and preview.png. Default: ${DEFAULT-VALUE}.")
  private Path output;

  @Mixin private ProgressOptions progressOptions;

  @Override
  public void run() {
    OutputFiles.requireFolder(output);
    Path mask = output.resolve("prediction.nii.gz");
    Path picture = output.resolve("preview.png");
    Segmentation result;
    Optional<Mask> truth = Optional.empty();
    try (Progress progress = progressOptions.start();
        Segmenter segmenter = Segmenter.builder().build()) {
      CtVolume ct;
      if (input == null) {
        PhantomCase phantom = Phantom.generate(PHANTOM, progress);
        ct = phantom.ct();
        truth = Optional.of(phantom.pancreas());
      } else {
        ct = CtReader.read(input, ReadOptions.DEFAULT, progress);
      }
      progress.nextTask();
      result = segmenter.segment(ct, SegmentOptions.DEFAULT, progress);
      progress.nextTask();
      makeFolder();
      result.writeMask(mask, progress);
      Preview.writePng(Preview.render(ct, result.mask(), truth, Preview.USUAL_WIDTH), picture);
    }
    PrintWriter out = spec.commandLine().getOut();
    new Summary().add("mask", mask).add("picture", picture).add(result).print(out);
    out.println("This shows that the program runs, not how well it finds the pancreas.");
    out.println("Research use only, not a medical device.");
  }

  private void makeFolder() {
    try {
      Files.createDirectories(output);
    } catch (IOException e) {
      throw new PancreasException(
          ErrorCode.OUTPUT, "cannot make folder " + output + "; name another", e);
    }
  }
}
