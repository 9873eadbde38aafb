package ai.pancreas.cli;

import ai.pancreas.Classification;
import ai.pancreas.Classifier;
import ai.pancreas.ClassifyOptions;
import ai.pancreas.CtReader;
import ai.pancreas.ErrorCode;
import ai.pancreas.MaskSource;
import ai.pancreas.PancreasException;
import ai.pancreas.classify.ClassificationModels;
import ai.pancreas.io.AtomicFile;
import ai.pancreas.model.Model;
import ai.pancreas.model.ModelDescription;
import ai.pancreas.model.ModelRepository;
import ai.pancreas.volume.CtVolume;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** From a CT to a probability of pancreatic cancer. */
@Command(
    name = "classify",
    description =
        "Computes a probability of pancreatic cancer from a CT, by a model that you provide: none"
            + " comes with the program.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  pancreas-ai classify ct-folder",
      "  pancreas-ai classify ct.nii.gz --model my-model --report result.json",
      "  pancreas-ai classify ct-folder --mask total.nii.gz --mask-label 7",
      "  pancreas-ai classify ct-folder --mask-from totalsegmentator",
      "",
      "Research use only, not a medical device. The number is not a diagnosis."
    })
final class ClassifyCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "INPUT",
      description =
          "A DICOM folder (searched recursively), a zip of one, a DICOM file or a NIfTI file.")
  private Path input;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description =
          "A classification model: its id (models list shows them), a folder with a model.json, a"
              + " zip of one, or a Keras weights file. Default: the only one that is installed.")
  private String model;

  @Mixin private MaskArguments maskArguments;

  @Option(
      names = "--segmentation-model",
      paramLabel = "MODEL",
      description =
          "The model that makes the mask where the program segments. Default: "
              + ModelRepository.DEFAULT_ID
              + ".")
  private String segmentationModel;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Also write the result with all details as JSON.")
  private Path report;

  @Option(
      names = "--save-mask",
      paramLabel = "FILE",
      description = "Also write the mask that was used, .nii or .nii.gz, on the CT's own grid.")
  private Path saveMask;

  @Mixin private EngineArguments engineArguments;

  @Mixin private SeriesArguments seriesArguments;

  @Mixin private ProgressOptions progressOptions;

  @Override
  public void run() {
    long start = System.nanoTime();
    CtReader.requireExists(input);
    ClassifyOptions options = maskArguments.options();
    checkOutputs();
    Classifier.Builder builder =
        Classifier.builder()
            .engine(engineArguments.engine())
            .precision(engineArguments.precision());
    engineArguments.threads().ifPresent(builder::threads);
    LoadingModel loading = loadModel(builder, options);
    Classification result;
    ModelDescription description;
    double readSeconds;
    try (Progress progress = progressOptions.start()) {
      CtVolume ct = seriesArguments.read(input, progress);
      readSeconds = secondsSince(start);
      progress.nextTask();
      Model loaded = loading.await();
      description = loaded.description();
      try (Classifier classifier = builder.model(loaded).build()) {
        result = classifier.classify(ct, options, progress);
      }
      if (saveMask != null) {
        progress.nextTask();
        result.writeMask(saveMask, progress);
      }
    }
    if (report != null) {
      ClassifyReport details = ClassifyReport.of(result, description, readSeconds);
      AtomicFile.write(
          report, out -> out.write((Json.of(details) + "\n").getBytes(StandardCharsets.UTF_8)));
    }
    new ClassifyText(result, description, secondsSince(start)).print(spec.commandLine().getOut());
  }

  private void checkOutputs() {
    Path[] inputs =
        Stream.concat(Stream.of(input), maskArguments.file().stream()).toArray(Path[]::new);
    if (report != null) {
      OutputFiles.requireFile(report, inputs);
    }
    if (saveMask != null) {
      OutputFiles.requireNifti(saveMask, inputs);
      if (report != null
          && report.toAbsolutePath().normalize().equals(saveMask.toAbsolutePath().normalize())) {
        throw new PancreasException(
            ErrorCode.USAGE, "--report and --save-mask both name " + report);
      }
    }
  }

  /** Starts to load the models; one that is not there, or for something else, is told at once. */
  private LoadingModel loadModel(Classifier.Builder builder, ClassifyOptions options) {
    ModelRepository repository = ModelsFolder.usualRepository();
    String id = model == null ? ClassificationModels.only(repository) : model;
    repository.describe(id).classification();
    if (options.mask() instanceof MaskSource.Segmentation) {
      String segmenting =
          segmentationModel == null ? ModelRepository.DEFAULT_ID : segmentationModel;
      repository.describe(segmenting).preprocessing();
      builder.segmentationModel(new LoadingModel(segmenting)::await);
    } else if (segmentationModel != null) {
      throw new PancreasException(
          ErrorCode.USAGE,
          "--segmentation-model makes masks; leave it out where the mask comes from elsewhere");
    }
    return new LoadingModel(id);
  }

  private static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
