package ai.pancreas.cli;

import ai.pancreas.dataset.Split;
import ai.pancreas.dataset.TrainingCache;
import ai.pancreas.train.BatchOptions;
import ai.pancreas.train.IntensityOptions;
import ai.pancreas.train.Normalization;
import ai.pancreas.train.SegmentationTrainer;
import ai.pancreas.train.TrainOptions;
import ai.pancreas.train.TrainResult;
import ai.pancreas.train.ValidationResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Trains a segmentation network. */
@Command(
    name = "segmentation",
    description =
        "Trains a segmentation network and leaves a folder that segment --model takes, with the"
            + " weights of the best validation. Ctrl-C saves; --resume goes on.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  pancreas-ai train segmentation cache -o my-model",
      "  pancreas-ai train segmentation cache -o my-model --resume",
      "  pancreas-ai train segmentation cache -o small --filters 8,16,16,32,64 --size 96 \\",
      "    --window 0:255 --epochs 40 --schedule cosine --learning-rate 0.002",
      "  pancreas-ai train segmentation cache -o reference --volumes 160 --window volume \\",
      "    --augmentation reference --epochs 1000 --learning-rate 0.002",
      "  pancreas-ai segment ct-folder --model my-model",
      "",
      "The folder also gets log.csv, checkpoints, settings.json, split.json, and event files for",
      "tensorboard --logdir my-model/tensorboard"
    })
final class TrainSegmentationCommand implements Runnable {
  /** A step and a checkpoint may take this long after a signal. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final String VOLUME = "volume";

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "CACHE", description = "A folder that prepare made.")
  private Path cacheFolder;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FOLDER",
      required = true,
      description = "The folder of the training and of the model: a new one.")
  private Path output;

  @Option(
      names = "--resume",
      description = "Go on with the training in the folder; repeat the options it began with.")
  private boolean resume;

  @Option(
      names = "--split",
      paramLabel = "FILE",
      description = "Which patients train and validate. Default: split.json of the cache.")
  private Path splitFile;

  @Option(
      names = "--initial-model",
      paramLabel = "MODEL",
      description =
          "A model to start from: its id, a folder with a model.json, a zip of one, or a Keras weights"
              + " file. Default: random weights.")
  private String initialModel;

  @Option(
      names = "--filters",
      paramLabel = "N",
      split = ",",
      description =
          "Channels of the network's levels. Default: the initial model's, or 16,32,64,128,256.")
  private List<Integer> filters = List.of();

  @Option(
      names = "--size",
      paramLabel = "N",
      description = "Rows and columns of the network. Default: the initial model's, or 160.")
  private Integer size;

  @Option(
      names = "--patch",
      paramLabel = "N",
      description =
          "Rows and columns of what a step sees of each slice: a part, placed at random. Validation"
              + " and the model see whole slices. Default: the size.")
  private Integer patch;

  @Option(
      names = "--window",
      paramLabel = "MIN:MAX",
      description =
          "The HU that the network sees, or volume for each volume's own range. Default: the"
              + " initial model's, or -100:240.")
  private String window;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "8",
      description = "Slices a step. Default: ${DEFAULT-VALUE}.")
  private int batchSize;

  @Option(
      names = "--positive-share",
      paramLabel = "S",
      defaultValue = "0",
      description =
          "The share of an epoch's slices that hold pancreas, by leaving out others; 0 takes all."
              + " Default: ${DEFAULT-VALUE}.")
  private double positiveShare;

  @Option(
      names = "--volumes",
      paramLabel = "N",
      description =
          "One case a step instead of a batch of slices, cropped to N slices; 0 for all its"
              + " slices.")
  private Integer volumes;

  @Mixin private final ScheduleArguments schedule = ScheduleArguments.ofSegmentation();

  @Option(
      names = "--normalization",
      paramLabel = "NAME",
      defaultValue = "none",
      description =
          "What is done to activations while training: none, or batch, which makes training faster"
              + " and steadier and goes into the weights in the end. Default: ${DEFAULT-VALUE}.")
  private Normalization normalization;

  @Mixin private LossArguments loss;

  @Mixin private AugmentationArguments augmentation;

  @Mixin private LoopArguments loop;

  @Option(
      names = "--threshold",
      paramLabel = "P",
      description = "Pancreas is above this probability. Default: the initial model's, or 0.5.")
  private Double threshold;

  @Mixin private ModelLabelArguments label;

  @Mixin private ProgressOptions progressOptions;

  @Override
  public void run() {
    long start = System.nanoTime();
    TrainOptions options = options();
    OutputFiles.requireFolder(output);
    Cancellation.PROCESS.waitFor(PATIENCE);
    TrainResult result;
    try (TrainingCache cache = TrainingCache.open(cacheFolder);
        Progress progress = progressOptions.start()) {
      Split split = Split.read(splitFile == null ? cache.splitFile() : splitFile);
      result =
          resume
              ? SegmentationTrainer.resume(cache, split, options, output, progress)
              : SegmentationTrainer.start(cache, split, options, output, progress);
    }
    print(result, (System.nanoTime() - start) / 1e9);
  }

  private TrainOptions options() {
    try {
      TrainOptions.Builder builder =
          TrainOptions.builder()
              .label(label.label())
              .filters(filters)
              .batches(
                  volumes == null
                      ? new BatchOptions.Slices(batchSize, positiveShare)
                      : new BatchOptions.Volumes(volumes))
              .schedule(schedule.schedule())
              .optimizer(schedule.optimizer())
              .normalization(normalization)
              .loss(loss.options())
              .augmentation(augmentation.options())
              .epochs(loop.epochs())
              .validationInterval(loop.validationInterval())
              .keep(loop.keep())
              .earlyStop(loop.earlyStop())
              .seed(loop.seed())
              .threads(loop.threads())
              .batchThreads(loop.batchThreads());
      if (initialModel != null) {
        builder.initialModel(ModelsFolder.usualRepository().find(initialModel));
      }
      if (threshold != null) {
        builder.threshold(threshold);
      }
      if (size != null) {
        builder.size(size);
      }
      if (patch != null) {
        builder.patch(patch);
      }
      if (window != null) {
        builder.intensity(intensity());
      }
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private IntensityOptions intensity() {
    if (window.equals(VOLUME)) {
      return IntensityOptions.VOLUME;
    }
    DoubleRange range = DoubleRange.parse(window);
    return IntensityOptions.window(range.first(), range.second());
  }

  private void print(TrainResult result, double seconds) {
    Summary summary = new Summary().add("model", result.model()).add("epochs", result.epochs());
    result.keptEpoch().ifPresent(epoch -> summary.add("weights of epoch", epoch));
    if (result.kept().isPresent()) {
      ValidationResult kept = result.kept().get();
      summary
          .add("F1 (Dice)", "%.4f", kept.all().f1())
          .add("mean of patients", "%.4f", kept.meanPatientF1())
          .add("precision", "%.4f", kept.all().precision())
          .add("recall", "%.4f", kept.all().recall());
    }
    summary.add("time", "%.1f s", seconds).print(spec.commandLine().getOut());
    spec.commandLine().getOut().println("Research use only, not a medical device.");
  }
}
