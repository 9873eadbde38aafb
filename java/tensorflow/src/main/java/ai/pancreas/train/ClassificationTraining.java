package ai.pancreas.train;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.dataset.RegionCache;
import ai.pancreas.model.NetworkDescription;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A classification network on regions. */
final class ClassificationTraining implements Training<RegionSample, ClassificationValidation> {
  private final RegionData data;
  private final ClassificationTrainOptions options;
  private final ClassificationNetwork network;
  private final BatchPlan<RegionSample> plan;
  private final RegionBatchMaker maker;
  private final RegionPredictor predictor;
  private final int voxels;

  ClassificationTraining(
      RegionData data, ClassificationTrainOptions options, ClassificationNetwork network) {
    this.data = data;
    this.options = options;
    this.network = network;
    this.plan = new RegionBatches(data.training(), options.batchSize(), options.seed());
    this.voxels = data.cache().size() * data.cache().size() * data.cache().size();
    requireBuffer(plan.largestBatch(), data.cache());
    this.maker = new RegionBatchMaker(data.cache(), options.augmentation(), options.seed());
    this.predictor = new RegionPredictor(data.cache());
  }

  /**
   * The network that options ask for.
   *
   * @throws PancreasException {@code USAGE} if there is none of these filters for this size
   */
  static NetworkDescription network(RegionCache cache, ClassificationTrainOptions options) {
    NetworkDescription network =
        new NetworkDescription(
            NetworkDescription.CLASSIFICATION_2024,
            options.filters(),
            Collections.nCopies(3, cache.size()));
    try {
      network.tensors();
    } catch (IllegalArgumentException e) {
      throw new PancreasException(
          ErrorCode.USAGE, "filters " + options.filters() + ": " + e.getMessage(), e);
    }
    return network;
  }

  private void requireBuffer(int regions, RegionCache cache) {
    if ((long) regions * voxels * Float.BYTES > Integer.MAX_VALUE) {
      throw new PancreasException(
          ErrorCode.USAGE,
          "a step of %d regions of %d x %d x %d is more than 2 GiB; take fewer regions a step"
              .formatted(regions, cache.size(), cache.size(), cache.size()));
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
  public BatchPlan<RegionSample> plan() {
    return plan;
  }

  @Override
  public BatchMaker<RegionSample> maker() {
    return maker;
  }

  @Override
  public StepResult step(PreparedBatch<RegionSample> batch, double learningRate) {
    float[] labels = new float[batch.samples().size()];
    batch.buffers().truth().get(0, labels);
    return network.step(
        batch.buffers().input().slice(0, labels.length * voxels), labels, learningRate);
  }

  @Override
  public Optional<ClassificationValidation> validate(Monitor monitor) {
    return data.validation().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ClassificationValidation(
                options.threshold(), predictor.predict(network, data.validation(), monitor)));
  }

  @Override
  public Set<String> validationNames() {
    return new ClassificationValidation(options.threshold(), List.of()).values().keySet();
  }

  @Override
  public TrainingState state() {
    return network.state();
  }

  @Override
  public void writeModel(
      TrainingState state, Progress<ClassificationValidation> progress, Path folder) {
    new TrainedClassifier(network(data.cache(), options), options, data, progress)
        .write(state.inferenceWeights(), folder);
  }
}
