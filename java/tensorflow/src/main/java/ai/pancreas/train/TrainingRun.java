package ai.pancreas.train;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * The loop of a training: steps, validations, checkpoints and logs. Used once, by one thread.
 *
 * @param <S> what a batch is made of
 * @param <V> what validations come to
 */
final class TrainingRun<S, V extends Validation> {
  private static final Logger LOG = System.getLogger(TrainingRun.class.getName());

  /** How much work is lost at most where the process dies. */
  private static final double CHECKPOINT_SECONDS = 600;

  private final RunFolder<V> folder;
  private final Training<S, V> training;
  private final LoopOptions options;
  private final Monitor monitor;
  private final BatchPlan<S> plan;
  private final BatchMaker<S> maker;
  private final CsvLog log;
  private final int batchesOfEpoch;

  private final int firstEpoch;
  private final long startNanos = System.nanoTime();
  private long savedNanos = startNanos;
  private Progress<V> progress;

  TrainingRun(
      RunFolder<V> folder,
      Training<S, V> training,
      LoopOptions options,
      Progress<V> progress,
      Monitor monitor) {
    this.folder = folder;
    this.training = training;
    this.options = options;
    this.progress = progress;
    this.firstEpoch = progress.epoch();
    this.monitor = monitor;
    this.plan = training.plan();
    this.maker = training.maker();
    this.batchesOfEpoch = plan.epoch(1).size();
    this.log = new CsvLog(folder.log(), training.validationNames(), progress.epoch() - 1);
  }

  /**
   * Trains until the last epoch, or until there is no hope for better, and writes the model.
   *
   * @return how far the training has come
   */
  Progress<V> train() {
    long firstStep = (long) (progress.epoch() - 1) * batchesOfEpoch + progress.batches();
    try (EventFile events = new EventFile(folder.tensorBoard(), firstStep + 1);
        BatchPipeline<S> pipeline =
            new BatchPipeline<>(
                plan,
                maker,
                options.batchThreads(),
                progress.epoch(),
                progress.batches(),
                options.epochs())) {
      while (progress.epoch() <= options.epochs() && !isHopeless()) {
        while (progress.batches() < batchesOfEpoch) {
          step(pipeline);
          saveWhereDue();
        }
        endEpoch(events);
      }
    } catch (CancellationException e) {
      save();
      throw e;
    } catch (PancreasException e) {
      // A signal deletes files that are being written: a checkpoint may have been among them.
      if (e.code() == ErrorCode.OUTPUT && monitor.isCancelled()) {
        save();
      }
      throw e;
    }
    training.writeModel(folder.kept().orElseGet(training::state), progress, folder.path());
    return progress;
  }

  private void step(BatchPipeline<S> pipeline) {
    long startOfStep = System.nanoTime();
    double waitedBefore = pipeline.waitedSeconds();
    PreparedBatch<S> batch = pipeline.next();
    StepResult result = training.step(batch, rate());
    if (!result.isFinite()) {
      throw new PancreasException(
          ErrorCode.QUALITY,
          ("training broke down: loss %s, gradient norm %s in step %d (epoch %d) with %s; try a"
                  + " lower learning rate, or look at these data; the last checkpoint stays")
              .formatted(
                  result.loss(),
                  result.gradientNorm(),
                  result.step(),
                  batch.epoch(),
                  maker.names(batch.samples())));
    }
    pipeline.release(batch);
    progress =
        progress.afterStep(result, seconds(startOfStep), pipeline.waitedSeconds() - waitedBefore);
    monitor.progress(Stage.TRAIN, result.step(), (long) options.epochs() * batchesOfEpoch);
  }

  private double rate() {
    long step = (long) (progress.epoch() - 1) * batchesOfEpoch + progress.batches();
    return options
        .schedule()
        .rate(step, (long) options.epochs() * batchesOfEpoch, progress.scores());
  }

  private void saveWhereDue() {
    monitor.throwIfCancelled();
    if (seconds(savedNanos) > CHECKPOINT_SECONDS) {
      save();
    }
  }

  private void endEpoch(EventFile events) {
    double lastRate =
        options
            .schedule()
            .rate(
                (long) progress.epoch() * batchesOfEpoch - 1,
                (long) options.epochs() * batchesOfEpoch,
                progress.scores());
    long startOfValidation = System.nanoTime();
    Optional<V> validation = isValidationDue() ? training.validate(monitor) : Optional.empty();
    Progress<V> ended =
        validation.map(result -> progress.afterValidation(result, options.keep())).orElse(progress);
    EpochRecord<V> epoch =
        new EpochRecord<>(
            progress.epoch(),
            (long) progress.epoch() * batchesOfEpoch,
            lastRate,
            progress.lossSum() / batchesOfEpoch,
            progress.gradientNormSum() / batchesOfEpoch,
            validation,
            progress.seconds(),
            progress.waitedSeconds(),
            validation.isPresent() ? seconds(startOfValidation) : 0);
    log.add(epoch);
    Map<String, Double> scalars = new LinkedHashMap<>();
    epoch.values().forEach((name, value) -> scalars.put(name, value.doubleValue()));
    scalars.values().removeIf(value -> value.isNaN());
    events.write(epoch.steps(), scalars);
    progress = ended.nextEpoch();
    save();
    LOG.log(Level.INFO, line(epoch));
  }

  private boolean isValidationDue() {
    return progress.epoch() % options.validationInterval() == 0
        || progress.epoch() == options.epochs();
  }

  private boolean isHopeless() {
    return options.earlyStop() > 0
        && progress
            .bestScore()
            .filter(best -> progress.epoch() - 1 - best.epoch() >= options.earlyStop())
            .isPresent();
  }

  private void save() {
    folder.save(progress, training.state());
    savedNanos = System.nanoTime();
  }

  private String line(EpochRecord<V> epoch) {
    StringBuilder line = new StringBuilder();
    line.append(format("epoch %d/%d: loss %.4f", epoch.epoch(), options.epochs(), epoch.loss()));
    epoch
        .validation()
        .ifPresent(
            result -> line.append(", ").append(result.text(progress.bestScore().orElseThrow())));
    line.append(
        format(
            ", rate %.2g, %.1f s (%.2f s waiting for data), %.1f s validation",
            epoch.learningRate(),
            epoch.seconds(),
            epoch.waitedSeconds(),
            epoch.validationSeconds()));
    int done = epoch.epoch() - firstEpoch + 1;
    double left = seconds(startNanos) / done * (options.epochs() - epoch.epoch());
    return line.append(format(", %s left", duration(left))).toString();
  }

  private static String duration(double seconds) {
    long minutes = Math.round(seconds / 60);
    if (seconds < 90) {
      return format("%.0f s", seconds);
    }
    return minutes < 90 ? minutes + " min" : format("%d h %02d min", minutes / 60, minutes % 60);
  }

  private static String format(String text, Object... values) {
    return String.format(Locale.ROOT, text, values);
  }

  private static double seconds(long sinceNanos) {
    return (System.nanoTime() - sinceNanos) / 1e9;
  }
}
