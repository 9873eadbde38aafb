package ai.pancreas.cli;

import ai.pancreas.dataset.CachedRegion;
import ai.pancreas.dataset.Folds;
import ai.pancreas.dataset.RegionCache;
import ai.pancreas.dataset.Split;
import ai.pancreas.evaluation.AreaUnderCurve;
import ai.pancreas.evaluation.ClassificationMetrics;
import ai.pancreas.train.ClassificationTrainOptions;
import ai.pancreas.train.ClassificationTrainResult;
import ai.pancreas.train.ClassificationTrainer;
import ai.pancreas.train.CrossValidation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Trains a classification network. */
@Command(
    name = "classification",
    description =
        "Trains a network that tells patients with label 1 from those with label 0, and leaves a"
            + " folder that classify --model takes. Ctrl-C saves; --resume goes on.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  pancreas-ai train classification regions -o my-model",
      "  pancreas-ai train classification regions -o my-model --resume",
      "  pancreas-ai train classification regions -o five --folds 5 --epochs 60",
      "  pancreas-ai train classification regions -o small --filters 8,16,32 \\",
      "    --learning-rate 0.001",
      "  pancreas-ai classify ct-folder --model my-model",
      "",
      "The folder gets the model, log.csv, checkpoints, settings.json, split.json,",
      "and event files for tensorboard. With --folds it gets a folder of each",
      "network instead, and predictions.csv, reliability.csv, reliability.png and",
      "metrics.json of all patients."
    })
final class TrainClassificationCommand implements Runnable {
  /** A step and a checkpoint may take this long after a signal. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "CACHE", description = "A folder that prepare classification made.")
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
      names = "--folds",
      paramLabel = "K",
      description =
          "Cross-validation: trains K networks, at least 3, each without one of K groups of"
              + " patients, and tries it on that group.")
  private Integer folds;

  @Option(
      names = "--split",
      paramLabel = "FILE",
      description =
          "Which patients train and validate, as split.json of a training has it. Default: drawn.")
  private Path splitFile;

  @Option(
      names = "--validation-fraction",
      paramLabel = "F",
      defaultValue = "0.2",
      description =
          "The share of the patients of each label that validate, from 0 to below 1. Default:"
              + " ${DEFAULT-VALUE}.")
  private double validationFraction;

  @Option(
      names = "--split-seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of the split, or of the groups. Default: ${DEFAULT-VALUE}.")
  private long splitSeed;

  @Option(
      names = "--filters",
      paramLabel = "N",
      split = ",",
      defaultValue = "16,32,64,128,256",
      description = "Channels of the network's levels. Default: ${DEFAULT-VALUE}.")
  private List<Integer> filters;

  @Option(
      names = {"--batch-size", "--batch"},
      paramLabel = "N",
      defaultValue = "4",
      description = "Regions a step, at least 2. Default: ${DEFAULT-VALUE}.")
  private int batchSize;

  @Option(
      names = "--l2",
      paramLabel = "F",
      defaultValue = "0.01",
      description =
          "The loss gets this times the sum of the squares of the kernels. Default:"
              + " ${DEFAULT-VALUE}.")
  private double l2;

  @Mixin private final ScheduleArguments schedule = ScheduleArguments.ofClassification();

  @Mixin private RegionAugmentationArguments augmentation;

  @Mixin private LoopArguments loop;

  @Option(
      names = "--threshold",
      paramLabel = "P",
      defaultValue = "0.5",
      description =
          "Above this probability a patient counts as label 1, in metrics alone. Default:"
              + " ${DEFAULT-VALUE}.")
  private double threshold;

  @Mixin private ModelLabelArguments label;

  @Mixin private ProgressOptions progressOptions;

  @Override
  public void run() {
    ClassificationTrainOptions options = options();
    OutputFiles.requireFolder(output);
    Cancellation.PROCESS.waitFor(PATIENCE);
    RegionCache cache = RegionCache.open(cacheFolder);
    if (folds == null) {
      train(cache, options);
    } else {
      crossValidate(cache, options);
    }
    spec.commandLine().getOut().println("Research use only, not a medical device.");
    spec.commandLine().getOut().flush();
  }

  private void train(RegionCache cache, ClassificationTrainOptions options) {
    Split split =
        splitFile == null
            ? Split.stratified(labels(cache), validationFraction, splitSeed)
            : Split.read(splitFile);
    ClassificationTrainResult result;
    try (Progress progress = progressOptions.start()) {
      result =
          resume
              ? ClassificationTrainer.resume(cache, split, options, output, progress)
              : ClassificationTrainer.start(cache, split, options, output, progress);
    }
    Summary summary = new Summary().add("model", result.model()).add("epochs", result.epochs());
    result.keptEpoch().ifPresent(epoch -> summary.add("weights of epoch", epoch));
    result
        .kept()
        .ifPresentOrElse(
            metrics -> add(summary.add("measured on", "validation patients"), metrics),
            () -> summary.add("measured on", "nobody: no patient validated"));
    summary.print(spec.commandLine().getOut());
  }

  private void crossValidate(RegionCache cache, ClassificationTrainOptions options) {
    Folds groups = Folds.stratified(labels(cache), folds, splitSeed);
    CrossValidation.Result result;
    try (Progress progress = progressOptions.start()) {
      result =
          resume
              ? CrossValidation.resume(cache, groups, options, output, progress)
              : CrossValidation.start(cache, groups, options, output, progress);
    }
    Summary summary =
        new Summary()
            .add("folder", result.folder())
            .add("measured on", "all patients, each by a network that did not know them");
    add(summary, result.metrics());
    for (int fold = 0; fold < result.folds().size(); fold++) {
      summary.add("AUC of fold " + (fold + 1), auc(result.folds().get(fold).auc()));
    }
    summary.print(spec.commandLine().getOut());
  }

  private static void add(Summary summary, ClassificationMetrics metrics) {
    summary
        .add("patients", metrics.counts().patients())
        .add("with label 1", metrics.counts().positives())
        .add("AUC", auc(metrics.auc()))
        .add("Brier score", number(metrics.brierScore()))
        .add("accuracy", number(metrics.counts().accuracy()))
        .add("recall", number(metrics.counts().recall()))
        .add("specificity", number(metrics.counts().specificity()))
        .add("precision", number(metrics.counts().precision()))
        .add("F1", number(metrics.counts().f1()))
        .add("Matthews correlation", number(metrics.counts().matthewsCorrelation()));
  }

  private static String auc(AreaUnderCurve auc) {
    return switch (auc.method()) {
      case NONE -> number(auc.value()) + (Double.isNaN(auc.value()) ? "" : ", no interval");
      case DELONG_LOGIT, EXACT_PAIRS ->
          String.format(
              Locale.ROOT,
              "%.4f, 95 %% interval %.4f to %.4f",
              auc.value(),
              auc.interval().low(),
              auc.interval().high());
    };
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "not defined" : String.format(Locale.ROOT, "%.4f", value);
  }

  private static Map<String, Integer> labels(RegionCache cache) {
    return cache.regions().stream()
        .collect(Collectors.toMap(CachedRegion::patient, CachedRegion::label));
  }

  private ClassificationTrainOptions options() {
    if (folds != null && splitFile != null) {
      throw new ParameterException(
          spec.commandLine(), "--folds makes groups of its own; leave --split out");
    }
    if (!(validationFraction >= 0 && validationFraction < 1)) {
      throw new ParameterException(
          spec.commandLine(),
          "--validation-fraction must be from 0 to below 1, not " + validationFraction);
    }
    try {
      return ClassificationTrainOptions.builder()
          .label(label.label())
          .filters(filters)
          .augmentation(augmentation.options())
          .batchSize(batchSize)
          .l2(l2)
          .optimizer(schedule.optimizer())
          .schedule(schedule.schedule())
          .epochs(loop.epochs())
          .validationInterval(loop.validationInterval())
          .keep(loop.keep())
          .earlyStop(loop.earlyStop())
          .threshold(threshold)
          .seed(loop.seed())
          .threads(loop.threads())
          .batchThreads(loop.batchThreads())
          .build();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
