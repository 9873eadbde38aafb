package ai.pancreas.train;

import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.dataset.RegionCache;
import ai.pancreas.dataset.Split;
import ai.pancreas.model.NetworkDescription;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Trains a classification network on a cache of regions, and leaves a folder that {@code
 * Classifier} takes as a model. Stateless and thread-safe, but for the folder: one training at a
 * time may use it.
 *
 * <p>The same data, options and seed give the same network, bit for bit, where {@code threads} is
 * 1; with more, TensorFlow adds in an order that varies. The number of threads that make batches
 * changes nothing, nor do interruptions.
 */
public final class ClassificationTrainer {
  /** Settings that change what comes out little or not, or are meant to change on the way. */
  private static final Set<String> MAY_CHANGE =
      Set.of(
          "epochs",
          "earlyStop",
          "threads",
          "batchThreads",
          "label",
          "validationInterval",
          "augmentation");

  private ClassificationTrainer() {}

  /** What tells one training from another; goes into {@code settings.json}. */
  record Settings(ClassificationTrainOptions options, RegionData.Summary data) {}

  /**
   * Begins a training.
   *
   * <p>The monitor hears of steps, all epochs together. Where it cancels, the step is finished, a
   * checkpoint is written, and {@link #resume} can go on.
   *
   * @param folder a new one, or an empty one
   * @throws PancreasException {@code USAGE} if options, split and data do not fit, {@code QUALITY}
   *     if the loss is no number any more, {@code OUTPUT} if the folder cannot be written to,
   *     {@code DEVICE} if TensorFlow fails
   * @throws java.util.concurrent.CancellationException if the monitor cancels
   */
  public static ClassificationTrainResult start(
      RegionCache cache,
      Split split,
      ClassificationTrainOptions options,
      Path folder,
      Monitor monitor) {
    RegionData data = RegionData.of(cache, split);
    RunFolder.requireNew(folder);
    try (ClassificationNetwork network = open(cache, options);
        RunFolder<ClassificationValidation> run =
            RunFolder.create(
                folder,
                new Settings(options, data.summary()),
                split,
                ClassificationValidation.class)) {
      Progress<ClassificationValidation> progress = Progress.start();
      run.save(progress, network.state());
      return train(new ClassificationTraining(data, options, network), run, progress, monitor);
    }
  }

  /**
   * Goes on with a training from its last checkpoint: as if it had never been interrupted. A
   * training that is complete gets its model written once more.
   *
   * @param options those of the beginning; the number of epochs, the early stop, the interval of
   *     validations, the augmentation, the label and the threads may be others
   * @param folder that of the beginning
   * @throws PancreasException as for {@link #start}; {@code USAGE} also if the folder holds no
   *     training, or one with other settings, data or split, {@code MODEL} if its checkpoint is
   *     damaged
   * @throws java.util.concurrent.CancellationException if the monitor cancels
   */
  public static ClassificationTrainResult resume(
      RegionCache cache,
      Split split,
      ClassificationTrainOptions options,
      Path folder,
      Monitor monitor) {
    RegionData data = RegionData.of(cache, split);
    Settings settings = new Settings(options, data.summary());
    try (RunFolder<ClassificationValidation> run =
            RunFolder.resume(folder, settings, split, MAY_CHANGE, ClassificationValidation.class);
        ClassificationNetwork network = open(cache, options)) {
      RunFolder.Checkpoint<ClassificationValidation> last = run.last();
      network.restore(last.state());
      return train(
          new ClassificationTraining(data, options, network), run, last.progress(), monitor);
    }
  }

  private static ClassificationNetwork open(RegionCache cache, ClassificationTrainOptions options) {
    NetworkDescription network = ClassificationTraining.network(cache, options);
    return ClassificationNetwork.open(
        network,
        InitialWeights.of(network, options.seed()),
        options.l2(),
        options.optimizer(),
        options.threads());
  }

  private static ClassificationTrainResult train(
      ClassificationTraining training,
      RunFolder<ClassificationValidation> run,
      Progress<ClassificationValidation> from,
      Monitor monitor) {
    Progress<ClassificationValidation> progress =
        new TrainingRun<>(run, training, training.loop(), from, monitor).train();
    return new ClassificationTrainResult(
        run.path(),
        progress.epoch() - 1,
        progress.kept() == null ? OptionalInt.empty() : OptionalInt.of(progress.keptEpoch()),
        Optional.ofNullable(progress.kept()).map(ClassificationValidation::metrics));
  }
}
