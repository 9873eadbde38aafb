package ai.pancreas.train;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.dataset.CachedRegion;
import ai.pancreas.dataset.Folds;
import ai.pancreas.dataset.RegionCache;
import ai.pancreas.dataset.Split;
import ai.pancreas.evaluation.ClassificationMetrics;
import ai.pancreas.evaluation.Prediction;
import ai.pancreas.evaluation.Predictions;
import ai.pancreas.evaluation.ReliabilityCurve;
import ai.pancreas.io.EmptyFolder;
import ai.pancreas.model.Model;
import ai.pancreas.model.ModelRepository;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Trains a classification network for each of several groups of patients and tries it on them.
 * Those patients had no say in it: another group validated, that is, chose the weights and lowered
 * the learning rate, and the others trained. Stateless and thread-safe, but for the folder: one at
 * a time may use it.
 *
 * <p>The folder gets {@code folds.json}; for each group a training, {@code fold-1} and so on, with
 * its {@code predictions.csv}; and in the end {@code predictions.csv}, {@code reliability.csv},
 * {@code reliability.png} and {@code metrics.json} of all groups together.
 */
public final class CrossValidation {
  private static final Logger LOG = System.getLogger(CrossValidation.class.getName());
  private static final String FOLDS = "folds.json";
  private static final String PREDICTIONS = "predictions.csv";

  private final RegionCache cache;
  private final Folds folds;
  private final ClassificationTrainOptions options;
  private final Path folder;
  private final Monitor monitor;

  private CrossValidation(
      RegionCache cache,
      Folds folds,
      ClassificationTrainOptions options,
      Path folder,
      Monitor monitor) {
    this.cache = cache;
    this.folds = folds;
    this.options = options;
    this.folder = folder;
    this.monitor = monitor;
  }

  /**
   * What it came to.
   *
   * @param folder where the files are
   * @param metrics of all patients together, each as the network said that did not know them
   * @param folds of each group
   */
  public record Result(
      Path folder, ClassificationMetrics metrics, List<ClassificationMetrics> folds) {}

  /**
   * Begins.
   *
   * @param folder a new one, or an empty one
   * @throws PancreasException as {@link ClassificationTrainer#start}
   * @throws java.util.concurrent.CancellationException if the monitor cancels
   */
  public static Result start(
      RegionCache cache,
      Folds folds,
      ClassificationTrainOptions options,
      Path folder,
      Monitor monitor) {
    if (Files.exists(folder.resolve(FOLDS))) {
      throw new PancreasException(
          ErrorCode.OUTPUT, folder + " holds a cross-validation; resume it, or name a new folder");
    }
    EmptyFolder.require(folder);
    ClassificationTraining.network(cache, options);
    for (int fold = 0; fold < folds.count(); fold++) {
      RegionData.ofPatients(cache, folds.folds().get(fold));
      RegionData.of(cache, folds.split(fold));
    }
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new PancreasException(
          ErrorCode.OUTPUT, "cannot make the folder " + folder + "; name another", e);
    }
    folds.write(folder.resolve(FOLDS));
    return new CrossValidation(cache, folds, options, folder, monitor).run();
  }

  /**
   * Goes on where it was interrupted, as if that had never been.
   *
   * @param folds those of the beginning
   * @param options those of the beginning, but for what {@link ClassificationTrainer#resume} allows
   * @throws PancreasException as {@link ClassificationTrainer#resume}
   * @throws java.util.concurrent.CancellationException if the monitor cancels
   */
  public static Result resume(
      RegionCache cache,
      Folds folds,
      ClassificationTrainOptions options,
      Path folder,
      Monitor monitor) {
    if (!Files.exists(folder.resolve(FOLDS))) {
      throw new PancreasException(
          ErrorCode.USAGE,
          folder + " holds no cross-validation to resume; start one without resuming");
    }
    if (!Folds.read(folder.resolve(FOLDS)).folds().equals(folds.folds())) {
      throw new PancreasException(
          ErrorCode.USAGE,
          "the cross-validation in "
              + folder
              + " began with other folds; repeat the cache, the number of folds and the seed");
    }
    return new CrossValidation(cache, folds, options, folder, monitor).run();
  }

  private Result run() {
    List<Prediction> all = new ArrayList<>();
    List<ClassificationMetrics> metrics = new ArrayList<>();
    for (int fold = 0; fold < folds.count(); fold++) {
      LOG.log(Level.INFO, "fold {0} of {1}", fold + 1, folds.count());
      List<Prediction> predictions = run(fold);
      metrics.add(ClassificationMetrics.of(predictions, options.threshold()));
      all.addAll(predictions);
    }
    Result result =
        new Result(
            folder, ClassificationMetrics.of(all, options.threshold()), List.copyOf(metrics));
    ReliabilityCurve curve = ReliabilityCurve.of(all, ReliabilityCurve.USUAL_BINS);
    Predictions.writeCsv(all, folder.resolve(PREDICTIONS));
    curve.writeCsv(folder.resolve("reliability.csv"));
    curve.writePng(
        "cross-validation in %d folds".formatted(folds.count()), folder.resolve("reliability.png"));
    CrossValidationMetrics.write(result, curve, folder.resolve("metrics.json"));
    return result;
  }

  /** Trains, or goes on training, without a group, and tells what the network says of it. */
  private List<Prediction> run(int fold) {
    Path training = folder.resolve("fold-" + (fold + 1));
    List<CachedRegion> heldOut = RegionData.ofPatients(cache, folds.folds().get(fold));
    Split split = folds.split(fold);
    Monitor part = new PartMonitor(monitor, fold, folds.count());
    if (RunFolder.holdsTraining(training)) {
      ClassificationTrainer.resume(cache, split, options(fold), training, part);
    } else {
      ClassificationTrainer.start(cache, split, options(fold), training, part);
    }
    List<Prediction> predictions = predict(training, heldOut);
    Predictions.writeCsv(predictions, training.resolve(PREDICTIONS));
    return predictions;
  }

  private ClassificationTrainOptions options(int fold) {
    ModelLabel label = options.label();
    return options.withLabel(
        new ModelLabel(
            "%s-fold-%d".formatted(label.id(), fold + 1),
            "%s (fold %d of %d)".formatted(label.title(), fold + 1, folds.count()),
            label.licence(),
            label.credits()));
  }

  /** With the model as it was written. */
  private List<Prediction> predict(Path training, List<CachedRegion> cases) {
    Model model = new ModelRepository().find(training.toString());
    try (ClassificationNetwork network =
        ClassificationNetwork.open(
            model.description().network(),
            model.weights(),
            options.l2(),
            options.optimizer(),
            options.threads())) {
      return new RegionPredictor(cache).predict(network, cases, monitor);
    }
  }
}
