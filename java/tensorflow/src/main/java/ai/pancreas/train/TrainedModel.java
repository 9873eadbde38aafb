package ai.pancreas.train;

import ai.pancreas.model.Metric;
import ai.pancreas.model.Model;
import ai.pancreas.model.ModelDescription;
import ai.pancreas.model.ModelFolder;
import ai.pancreas.model.SegmentationTask;
import ai.pancreas.model.Weights;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Writes a network that was trained as a model that {@code Segmenter} takes. */
record TrainedModel(
    StartingPoint start,
    TrainOptions options,
    TrainingData.Summary data,
    Progress<ValidationResult> progress) {
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
        start.network(),
        new SegmentationTask(start.preprocessing(), start.postprocessing(), Map.of(1, "pancreas")),
        ModelFolder.WEIGHTS_FILE,
        "",
        licence(),
        credits(),
        metrics(),
        training());
  }

  private String licence() {
    String own = options.label().licence();
    return own.equals(ModelDescription.NO_LICENCE)
        ? initial().map(ModelDescription::licence).filter(text -> !text.isBlank()).orElse(own)
        : own;
  }

  /** Those of the initial model first: whoever builds on it has to keep them. */
  private List<String> credits() {
    Set<String> credits = new LinkedHashSet<>();
    initial().map(ModelDescription::credits).ifPresent(credits::addAll);
    credits.addAll(options.label().credits());
    return List.copyOf(credits);
  }

  private Optional<ModelDescription> initial() {
    return options.initialModel().map(Model::description);
  }

  private List<Metric> metrics() {
    if (progress.kept() == null) {
      return List.of();
    }
    ConfusionCounts all = progress.kept().all();
    String on =
        String.format(
            Locale.ROOT,
            "%d slices of %d patients held out of training%s, all voxels together, %d x %d",
            data.validationSlices(),
            data.validationPatients(),
            options.keep() == Keep.BEST ? " but used to choose the epoch" : "",
            start.preprocessing().rows(),
            start.preprocessing().columns());
    return List.of(
        new Metric("Dice", rounded(all.f1()), on),
        new Metric(
            "Dice, mean over patients",
            rounded(progress.kept().meanPatientF1()),
            "the same slices"),
        new Metric("precision", rounded(all.precision()), "the same slices"),
        new Metric("recall", rounded(all.recall()), "the same slices"),
        new Metric("accuracy", rounded(all.accuracy()), "the same slices"));
  }

  private static double rounded(double value) {
    return Math.round(value * 1e4) / 1e4;
  }

  private Map<String, String> training() {
    Map<String, String> training = new LinkedHashMap<>();
    training.put(
        "data",
        String.format(
            Locale.ROOT,
            "%d slices of %d patients, %d x %d",
            data.trainingSlices(),
            data.trainingPatients(),
            data.rows(),
            data.columns()));
    training.put("split", "by patient; the patients are in split.json of the training's folder");
    training.put(
        "initial weights",
        initial().map(model -> model.id() + ", SHA-256 " + model.weightsSha256()).orElse("random"));
    training.put("batches", String.valueOf(options.batches()));
    training.put("augmentation", String.valueOf(options.augmentation()));
    training.put("loss", String.valueOf(options.loss()));
    training.put("normalization", String.valueOf(options.normalization()));
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
