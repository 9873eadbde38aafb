package ai.pancreas.train;

import ai.pancreas.evaluation.ClassificationMetrics;
import ai.pancreas.model.ClassificationTask;
import ai.pancreas.model.Metric;
import ai.pancreas.model.ModelDescription;
import ai.pancreas.model.ModelFolder;
import ai.pancreas.model.NetworkDescription;
import ai.pancreas.model.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes a network that was trained as a model that {@code Classifier} takes. */
record TrainedClassifier(
    NetworkDescription network,
    ClassificationTrainOptions options,
    RegionData data,
    Progress<ClassificationValidation> progress) {

  /**
   * Writes {@code model.json} and the weights.
   *
   * @throws ai.pancreas.PancreasException {@code OUTPUT} if they cannot be written
   */
  void write(Weights weights, Path folder) {
    ModelFolder.write(folder, description(), weights);
  }

  private ModelDescription description() {
    return new ModelDescription(
        options.label().id(),
        options.label().title(),
        network,
        new ClassificationTask(data.cache().preprocessing(), Optional.of(data.distribution())),
        ModelFolder.WEIGHTS_FILE,
        "",
        options.label().licence(),
        options.label().credits(),
        metrics(),
        training());
  }

  /** Those that are defined. */
  private List<Metric> metrics() {
    if (progress.kept() == null) {
      return List.of();
    }
    ClassificationMetrics metrics = progress.kept().metrics();
    RegionData.Summary summary = data.summary();
    String on =
        "%d patients, %d of them with label 1, held out of training%s; regions as masks of the cache give them (%s)"
            .formatted(
                summary.validationPatients(),
                summary.validationPositives(),
                options.keep() == Keep.BEST ? " but used to choose the epoch" : "",
                data.cache().masks());
    String same = "the same patients";
    String threshold = "the same patients, 1 above a probability of " + options.threshold();
    List<Metric> list = new ArrayList<>();
    add(list, "AUC", metrics.auc().value(), on);
    String method = same + ", 95 % interval (" + metrics.auc().method().label() + ")";
    add(list, "AUC, lower end", metrics.auc().interval().low(), method);
    add(list, "AUC, upper end", metrics.auc().interval().high(), method);
    add(list, "Brier score", metrics.brierScore(), same);
    add(list, "cross-entropy", metrics.logLoss(), same);
    add(list, "accuracy", metrics.counts().accuracy(), threshold);
    add(list, "recall", metrics.counts().recall(), threshold);
    add(list, "specificity", metrics.counts().specificity(), threshold);
    add(list, "precision", metrics.counts().precision(), threshold);
    add(list, "F1", metrics.counts().f1(), threshold);
    add(list, "Matthews correlation", metrics.counts().matthewsCorrelation(), threshold);
    return list;
  }

  private static void add(List<Metric> list, String name, double value, String data) {
    if (!Double.isNaN(value)) {
      list.add(new Metric(name, Math.round(value * 1e4) / 1e4, data));
    }
  }

  private Map<String, String> training() {
    RegionData.Summary summary = data.summary();
    Map<String, String> training = new LinkedHashMap<>();
    training.put(
        "data",
        "%d patients, %d of them with label 1; masks: %s"
            .formatted(
                summary.trainingPatients(), summary.trainingPositives(), data.cache().masks()));
    training.put("split", "by patient; the patients are in split.json of the training's folder");
    training.put("initial weights", "random");
    training.put("batches", options.batchSize() + " regions a step");
    training.put("augmentation", String.valueOf(options.augmentation()));
    training.put("loss", "binary cross-entropy, L2 " + options.l2());
    training.put("optimizer", String.valueOf(options.optimizer()));
    training.put("learning rate", String.valueOf(options.schedule()));
    training.put("epochs", String.valueOf(progress.epoch() - 1));
    training.put(
        "weights of epoch",
        progress.kept() == null ? "the last" : String.valueOf(progress.keptEpoch()));
    training.put("seed", String.valueOf(options.seed()));
    return training;
  }
}
