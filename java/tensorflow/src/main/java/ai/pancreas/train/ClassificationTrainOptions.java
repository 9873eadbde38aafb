package ai.pancreas.train;

import ai.pancreas.evaluation.ClassificationMetrics;
import ai.pancreas.model.ModelDescription;
import ai.pancreas.train.LearningRateSchedule.ReduceOnPlateau;
import java.util.List;
import java.util.Objects;

/**
 * How a classification network is trained. {@link #builder} starts from sane settings.
 *
 * @param label what the model says of itself
 * @param filters channels of the encoder's levels, from full resolution down
 * @param augmentation how regions are varied
 * @param batchSize regions a step; each channel is normalised over them, so more than one
 * @param l2 what large weights cost: this times the sum of the squares of the convolutions' kernels
 *     is added to the loss
 * @param optimizer how the loss is minimised
 * @param schedule the learning rate
 * @param epochs how often the training data are gone through
 * @param validationInterval epochs from one validation to the next; the last epoch has one, too
 * @param keep which weights the model gets
 * @param earlyStop epochs without a lower validation loss after which training stops; 0 for never
 * @param threshold a probability above this counts as label 1 in the metrics
 * @param seed of the initial weights, the order of the batches and the augmentation
 * @param threads for the network
 * @param batchThreads for making batches
 */
public record ClassificationTrainOptions(
    ModelLabel label,
    List<Integer> filters,
    RegionAugmentation augmentation,
    int batchSize,
    double l2,
    OptimizerOptions optimizer,
    LearningRateSchedule schedule,
    int epochs,
    int validationInterval,
    Keep keep,
    int earlyStop,
    double threshold,
    long seed,
    int threads,
    int batchThreads) {

  /**
   * @throws IllegalArgumentException naming what is out of range
   */
  public ClassificationTrainOptions {
    filters = List.copyOf(filters);
    Objects.requireNonNull(label, "label");
    require("regions a step", batchSize, 2, 1024);
    require("epochs", epochs, 1, 1_000_000);
    require("epochs between validations", validationInterval, 1, 1_000_000);
    require("epochs before an early stop", earlyStop, 0, 1_000_000);
    require("threads", threads, 1, 1024);
    require("threads for batches", batchThreads, 1, 1024);
    if (!(l2 >= 0 && l2 <= 1)) {
      throw new IllegalArgumentException("the L2 penalty must be 0 to 1, not " + l2);
    }
    if (!(threshold > 0 && threshold < 1)) {
      throw new IllegalArgumentException("the threshold must be between 0 and 1, not " + threshold);
    }
  }

  private static void require(String what, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s must be %d to %d, not %d".formatted(what, min, max, value));
    }
  }

  /** The same for a model that says something else of itself. */
  ClassificationTrainOptions withLabel(ModelLabel other) {
    return new ClassificationTrainOptions(
        other,
        filters,
        augmentation,
        batchSize,
        l2,
        optimizer,
        schedule,
        epochs,
        validationInterval,
        keep,
        earlyStop,
        threshold,
        seed,
        threads,
        batchThreads);
  }

  /**
   * A builder that starts from the reference project's network, augmentation, penalty, optimizer
   * and learning rate, with batches of 4 regions.
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects settings. Not thread-safe. */
  public static final class Builder {
    /** What Keras's AdamW has where nobody says otherwise. */
    private static final double KERAS_WEIGHT_DECAY = 0.004;

    private ModelLabel label =
        new ModelLabel(
            "trained", "A network trained by pancreas-ai", ModelDescription.NO_LICENCE, List.of());
    private List<Integer> filters = List.of(16, 32, 64, 128, 256);
    private RegionAugmentation augmentation = RegionAugmentation.REFERENCE;
    private int batchSize = 4;
    private double l2 = 0.01;
    private OptimizerOptions optimizer = OptimizerOptions.adamW(KERAS_WEIGHT_DECAY, 0);
    private LearningRateSchedule schedule = new ReduceOnPlateau(1e-4, 0.5, 30, 10, 1e-6);
    private int epochs = 100;
    private int validationInterval = 1;
    private Keep keep = Keep.BEST;
    private int earlyStop;
    private double threshold = ClassificationMetrics.USUAL_THRESHOLD;
    private long seed = 1;
    private int threads = Runtime.getRuntime().availableProcessors();
    private int batchThreads = Math.max(1, threads / 4);

    private Builder() {}

    /** What the model says of itself. */
    public Builder label(ModelLabel value) {
      label = value;
      return this;
    }

    /** Channels of the encoder's levels, from full resolution down. */
    public Builder filters(List<Integer> value) {
      filters = value;
      return this;
    }

    /** How regions are varied. */
    public Builder augmentation(RegionAugmentation value) {
      augmentation = value;
      return this;
    }

    /** Regions a step. */
    public Builder batchSize(int value) {
      batchSize = value;
      return this;
    }

    /** What large weights cost. */
    public Builder l2(double value) {
      l2 = value;
      return this;
    }

    /** How the loss is minimised. */
    public Builder optimizer(OptimizerOptions value) {
      optimizer = value;
      return this;
    }

    /** The learning rate. */
    public Builder schedule(LearningRateSchedule value) {
      schedule = value;
      return this;
    }

    /** How often the training data are gone through. */
    public Builder epochs(int value) {
      epochs = value;
      return this;
    }

    /** Epochs from one validation to the next. */
    public Builder validationInterval(int value) {
      validationInterval = value;
      return this;
    }

    /** Which weights the model gets. */
    public Builder keep(Keep value) {
      keep = value;
      return this;
    }

    /** Epochs without a lower validation loss after which training stops; 0 for never. */
    public Builder earlyStop(int value) {
      earlyStop = value;
      return this;
    }

    /** A probability above this counts as label 1 in the metrics. */
    public Builder threshold(double value) {
      threshold = value;
      return this;
    }

    /** The seed of all that is random. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** Threads for the network; 1 repeats to the bit. */
    public Builder threads(int value) {
      threads = value;
      return this;
    }

    /** Threads for making batches. */
    public Builder batchThreads(int value) {
      batchThreads = value;
      return this;
    }

    /**
     * The options.
     *
     * @throws IllegalArgumentException naming what is out of range
     */
    public ClassificationTrainOptions build() {
      return new ClassificationTrainOptions(
          label,
          filters,
          augmentation,
          batchSize,
          l2,
          optimizer,
          schedule,
          epochs,
          validationInterval,
          keep,
          earlyStop,
          threshold,
          seed,
          threads,
          batchThreads);
    }
  }
}
