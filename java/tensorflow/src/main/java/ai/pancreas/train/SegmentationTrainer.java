package ai.pancreas.train;

import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.dataset.Split;
import ai.pancreas.dataset.TrainingCache;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Trains a segmentation network on a cache of slices, and leaves a folder that {@code Segmenter}
 * takes as a model. Stateless and thread-safe, but for the folder: one training at a time may use
 * it.
 *
 * <p>The same data, options and seed give the same network, bit for bit, where {@code threads} is
 * 1; with more, TensorFlow adds in an order that varies. The number of threads that make batches
 * changes nothing, nor do interruptions.
 */
public final class SegmentationTrainer {
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

  private SegmentationTrainer() {}

  /** What tells one training from another; goes into {@code settings.json}. */
  record Settings(TrainOptions options, TrainingData.Summary data) {}

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
  public static TrainResult start(
      TrainingCache cache, Split split, TrainOptions options, Path folder, Monitor monitor) {
    TrainingData data = TrainingData.of(cache, split);
    StartingPoint start = StartingPoint.of(options, data.all());
    RunFolder.requireNew(folder);
    try (TrainingNetwork network = open(start, options);
        RunFolder<ValidationResult> run =
            RunFolder.create(
                folder, new Settings(options, data.summary()), split, ValidationResult.class)) {
      Progress<ValidationResult> progress = Progress.start();
      run.save(progress, network.state());
      return train(new SegmentationTraining(data, start, options, network), run, progress, monitor);
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
  public static TrainResult resume(
      TrainingCache cache, Split split, TrainOptions options, Path folder, Monitor monitor) {
    TrainingData data = TrainingData.of(cache, split);
    StartingPoint start = StartingPoint.of(options, data.all());
    Settings settings = new Settings(options, data.summary());
    try (RunFolder<ValidationResult> run =
            RunFolder.resume(folder, settings, split, MAY_CHANGE, ValidationResult.class);
        TrainingNetwork network = open(start, options)) {
      RunFolder.Checkpoint<ValidationResult> last = run.last();
      network.restore(last.state());
      return train(
          new SegmentationTraining(data, start, options, network), run, last.progress(), monitor);
    }
  }

  private static TrainResult train(
      SegmentationTraining training,
      RunFolder<ValidationResult> run,
      Progress<ValidationResult> from,
      Monitor monitor) {
    Progress<ValidationResult> progress =
        new TrainingRun<>(run, training, training.loop(), from, monitor).train();
    return new TrainResult(
        run.path(),
        progress.epoch() - 1,
        progress.kept() == null ? OptionalInt.empty() : OptionalInt.of(progress.keptEpoch()),
        Optional.ofNullable(progress.kept()));
  }

  private static TrainingNetwork open(StartingPoint start, TrainOptions options) {
    return TrainingNetwork.open(
        start.network(),
        start.weights(),
        options.normalization(),
        options.loss(),
        options.optimizer(),
        options.threads());
  }
}
