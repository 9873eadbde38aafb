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
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;

/** The loop of a training: steps, validations, checkpoints and logs. Used once, by one thread. */
final class TrainingRun {
  private static final Logger LOG = System.getLogger(SegmentationTrainer.class.getName());

  /** How much work is lost at most where the process dies. */
  private static final double CHECKPOINT_SECONDS = 600;

  private final RunFolder folder;
  private final TrainingData data;
  private final StartingPoint start;
  private final TrainOptions options;
  private final TrainingNetwork network;
  private final Monitor monitor;
  private final BatchPlan plan;
  private final BatchMaker maker;
  private final Validator validator;
  private final CsvLog log;
  private final int batchesOfEpoch;

  private final int firstEpoch;
  private final long startNanos = System.nanoTime();
  private long savedNanos = startNanos;
  private Progress progress;

  TrainingRun(
      RunFolder folder,
      TrainingData data,
      StartingPoint start,
      TrainOptions options,
      TrainingNetwork network,
      Progress progress,
      Monitor monitor) {
    this.folder = folder;
    this.data = data;
    this.start = start;
    this.options = options;
    this.network = network;
    this.progress = progress;
    this.firstEpoch = progress.epoch();
    this.monitor = monitor;
    IntensityWindows windows =
        IntensityWindows.of(
            data.cache(), data.all(), start.preprocessing().intensity(), options.threads());
    this.plan = plan(data, options);
    this.batchesOfEpoch = plan.epoch(1).size();
    requireBuffer(plan.largestBatch(), start);
    this.maker =
        new BatchMaker(
            data.cache(),
            windows,
            options.augmentation().ofPart((double) start.patch() / start.preprocessing().rows()),
            start.patch(),
            start.patch(),
            options.seed());
    this.validator =
        new Validator(
            data.cache(),
            data.validation(),
            windows,
            start.preprocessing(),
            start.postprocessing().threshold());
    this.log = new CsvLog(folder.log(), progress.epoch() - 1);
  }

  private static BatchPlan plan(TrainingData data, TrainOptions options) {
    if (options.batches() instanceof BatchOptions.Volumes volumes) {
      return new VolumeBatches(data.training(), volumes.slices(), options.seed());
    }
    BatchOptions.Slices slices = (BatchOptions.Slices) options.batches();
    return new SliceBatches(data.training(), slices.size(), slices.positiveShare(), options.seed());
  }

  private static void requireBuffer(int slices, StartingPoint start) {
    long bytes = (long) slices * start.patch() * start.patch() * Float.BYTES;
    if (bytes > Integer.MAX_VALUE) {
      throw new PancreasException(
          ErrorCode.USAGE,
          "a step of %d slices of %d x %d is more than 2 GiB; take fewer slices a step"
              .formatted(slices, start.patch(), start.patch()));
    }
  }

  /** Trains until the last epoch, or until there is no hope for better, and writes the model. */
  TrainResult train() {
    long firstStep = (long) (progress.epoch() - 1) * batchesOfEpoch + progress.batches();
    try (EventFile events = new EventFile(folder.tensorBoard(), firstStep + 1);
        BatchPipeline pipeline =
            new BatchPipeline(
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
    return writeModel();
  }

  private void step(BatchPipeline pipeline) {
    long startOfStep = System.nanoTime();
    double waitedBefore = pipeline.waitedSeconds();
    PreparedBatch batch = pipeline.next();
    StepResult result = network.step(batch.batch(), rate());
    if (!result.isFinite()) {
      throw new PancreasException(
          ErrorCode.QUALITY,
          ("training broke down: loss %s, gradient norm %s in step %d (epoch %d) with %s; try a"
                  + " lower learning rate, or look at these slices; the last checkpoint stays")
              .formatted(
                  result.loss(),
                  result.gradientNorm(),
                  result.step(),
                  batch.epoch(),
                  batch.names()));
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
    Optional<ValidationResult> validation = Optional.empty();
    Progress ended = progress;
    if (isValidationDue()) {
      validation = Optional.of(validator.validate(network, monitor));
      ended = progress.afterValidation(validation.get(), options.keep());
    }
    EpochRecord epoch =
        new EpochRecord(
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
    events.write(epoch.steps(), scalars);
    progress = ended.nextEpoch();
    save();
    LOG.log(Level.INFO, line(epoch));
  }

  private boolean isValidationDue() {
    return !data.validation().isEmpty()
        && (progress.epoch() % options.validationInterval() == 0
            || progress.epoch() == options.epochs());
  }

  private boolean isHopeless() {
    return options.earlyStop() > 0
        && progress
            .bestScore()
            .filter(best -> progress.epoch() - 1 - best.epoch() >= options.earlyStop())
            .isPresent();
  }

  private void save() {
    folder.save(progress, network.state());
    savedNanos = System.nanoTime();
  }

  private String line(EpochRecord epoch) {
    StringBuilder line = new StringBuilder();
    line.append(format("epoch %d/%d: loss %.4f", epoch.epoch(), options.epochs(), epoch.loss()));
    epoch
        .validation()
        .ifPresent(
            result ->
                line.append(
                    format(
                        ", F1 %.4f (best %.4f in epoch %d), mean of patients %.4f",
                        result.all().f1(),
                        progress.bestScore().orElseThrow().f1(),
                        progress.bestScore().orElseThrow().epoch(),
                        result.meanPatientF1())));
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

  private TrainResult writeModel() {
    TrainingState state = folder.kept().orElseGet(network::state);
    new TrainedModel(start, options, data.summary(), progress)
        .write(state.inferenceWeights(), folder.path());
    return new TrainResult(
        folder.path(),
        progress.epoch() - 1,
        progress.kept() == null ? OptionalInt.empty() : OptionalInt.of(progress.keptEpoch()),
        Optional.ofNullable(progress.kept()));
  }
}
