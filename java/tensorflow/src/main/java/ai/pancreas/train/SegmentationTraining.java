package ai.pancreas.train;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A segmentation network on slices. */
final class SegmentationTraining implements Training<Sample, ValidationResult> {
  private final TrainingData data;
  private final StartingPoint start;
  private final TrainOptions options;
  private final TrainingNetwork network;
  private final BatchPlan<Sample> plan;
  private final SliceBatchMaker maker;
  private final Validator validator;

  SegmentationTraining(
      TrainingData data, StartingPoint start, TrainOptions options, TrainingNetwork network) {
    this.data = data;
    this.start = start;
    this.options = options;
    this.network = network;
    IntensityWindows windows =
        IntensityWindows.of(
            data.cache(), data.all(), start.preprocessing().intensity(), options.threads());
    this.plan = plan(data, options);
    requireBuffer(plan.largestBatch(), start);
    this.maker =
        new SliceBatchMaker(
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
  }

  private static BatchPlan<Sample> plan(TrainingData data, TrainOptions options) {
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

  /** How long it goes on. */
  LoopOptions loop() {
    return new LoopOptions(
        options.schedule(),
        options.epochs(),
        options.validationInterval(),
        options.keep(),
        options.earlyStop(),
        options.batchThreads());
  }

  @Override
  public BatchPlan<Sample> plan() {
    return plan;
  }

  @Override
  public BatchMaker<Sample> maker() {
    return maker;
  }

  @Override
  public StepResult step(PreparedBatch<Sample> batch, double learningRate) {
    Batch slices =
        new Batch(
            batch.buffers().input(),
            batch.buffers().truth(),
            batch.samples().size(),
            start.patch(),
            start.patch());
    return network.step(slices, learningRate);
  }

  @Override
  public Optional<ValidationResult> validate(Monitor monitor) {
    return data.validation().isEmpty()
        ? Optional.empty()
        : Optional.of(validator.validate(network, monitor));
  }

  @Override
  public Set<String> validationNames() {
    return new ValidationResult(List.of()).values().keySet();
  }

  @Override
  public TrainingState state() {
    return network.state();
  }

  @Override
  public void writeModel(TrainingState state, Progress<ValidationResult> progress, Path folder) {
    new TrainedModel(start, options, data.summary(), progress)
        .write(state.inferenceWeights(), folder);
  }
}
