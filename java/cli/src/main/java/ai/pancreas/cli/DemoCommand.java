package ai.pancreas.cli;

import ai.pancreas.CtReader;
import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.ReadOptions;
import ai.pancreas.SegmentOptions;
import ai.pancreas.Segmentation;
import ai.pancreas.Segmenter;
import ai.pancreas.model.ModelRepository;
import ai.pancreas.phantom.Phantom;
import ai.pancreas.phantom.PhantomCase;
import ai.pancreas.phantom.PhantomOptions;
import ai.pancreas.report.Evaluation;
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
    description = {
      "Segments a synthetic CT with a small model that was trained on such, and says how well; or a"
          + " given CT with the default model. Draws a picture of the result."
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {"  pancreas-ai demo", "  pancreas-ai demo ct-folder -o pictures"})
final class DemoCommand implements Runnable {
  /** Of a seed that the phantom model was not trained on. */
  private static final PhantomOptions PHANTOM = PhantomOptions.axial(1, 512, 512, 120);

  private static final String PHANTOM_MODEL = "phantom";

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
    String model = input == null ? PHANTOM_MODEL : ModelRepository.DEFAULT_ID;
    try (Progress progress = progressOptions.start();
        Segmenter segmenter = Segmenter.builder().model(model).build()) {
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
    Summary summary = new Summary().add("mask", mask).add("picture", picture).add(result);
    truth.ifPresent(
        known -> summary.add("Dice", "%.3f", Evaluation.of(result.mask(), known).dice()));
    summary.print(out);
    out.println("This shows that the program runs, not how well it finds a patient's pancreas.");
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
