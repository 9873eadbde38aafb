package ai.pancreas.train;

import ai.pancreas.model.Model;
import ai.pancreas.model.ModelDescription;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How a segmentation network is trained. {@link #builder} starts from sane settings.
 *
 * @param label what the model says of itself
 * @param filters channels of the encoder's levels, from full resolution down; empty takes those of
 *     the initial model, or the reference project's
 * @param initialModel the model to start from, whose credits the new one keeps; empty starts from
 *     random weights
 * @param size rows and columns of the network's grid; empty takes the initial model's, or 160
 * @param patch rows and columns of what a step sees of that grid: a part, placed at random, instead
 *     of all; inference and validation see whole frames. Empty takes the size.
 * @param intensity which HU the network sees; empty takes the initial model's, or -100 to 240 HU
 * @param batches what one step sees
 * @param augmentation how slices are varied
 * @param normalization of the network's activations while it trains
 * @param loss what is minimised
 * @param optimizer how
 * @param schedule the learning rate
 * @param epochs how often the training data are gone through
 * @param validationInterval epochs from one validation to the next; the last epoch has one, too
 * @param keep which weights the model gets
 * @param earlyStop epochs without a better validation F1 after which training stops; 0 for never
 * @param threshold a voxel is pancreas above this probability, in validation and in the model;
 *     empty takes the initial model's, or 0.5
 * @param seed of the initial weights, the order of the batches and the augmentation
 * @param threads for the network
 * @param batchThreads for making batches
 */
public record TrainOptions(
    ModelLabel label,
    List<Integer> filters,
    Optional<Model> initialModel,
    Optional<Integer> size,
    Optional<Integer> patch,
    Optional<IntensityOptions> intensity,
    BatchOptions batches,
    AugmentationOptions augmentation,
    Normalization normalization,
    LossOptions loss,
    OptimizerOptions optimizer,
    LearningRateSchedule schedule,
    int epochs,
    int validationInterval,
    Keep keep,
    int earlyStop,
    Optional<Double> threshold,
    long seed,
    int threads,
    int batchThreads) {

  /**
   * @throws IllegalArgumentException naming what is out of range
   */
  public TrainOptions {
    filters = List.copyOf(filters);
    Objects.requireNonNull(label, "label");
    require("epochs", epochs, 1, 1_000_000);
    require("epochs between validations", validationInterval, 1, 1_000_000);
    require("epochs before an early stop", earlyStop, 0, 1_000_000);
    require("threads", threads, 1, 1024);
    require("threads for batches", batchThreads, 1, 1024);
    threshold.ifPresent(
        value -> {
          if (!(value > 0 && value < 1)) {
            throw new IllegalArgumentException(
                "the threshold must be between 0 and 1, not " + value);
          }
        });
  }

  private static void require(String what, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s must be %d to %d, not %d".formatted(what, min, max, value));
    }
  }

  /**
   * A builder that starts from the reference project's network, loss, optimizer and learning rate,
   * with batches of 8 slices and the usual augmentation.
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects settings. Not thread-safe. */
  public static final class Builder {
    private ModelLabel label =
        new ModelLabel(
            "trained", "A network trained by pancreas-ai", ModelDescription.NO_LICENCE, List.of());
    private List<Integer> filters = List.of();
    private Optional<Model> initialModel = Optional.empty();
    private Optional<Integer> size = Optional.empty();
    private Optional<Integer> patch = Optional.empty();
    private Optional<IntensityOptions> intensity = Optional.empty();
    private BatchOptions batches = new BatchOptions.Slices(8, 0);
    private AugmentationOptions augmentation = AugmentationOptions.usual();
    private Normalization normalization = Normalization.NONE;
    private LossOptions loss = LossOptions.REFERENCE;
    private OptimizerOptions optimizer = OptimizerOptions.ADAM;
    private LearningRateSchedule schedule = LearningRateSchedule.ReduceOnPlateau.reference(0.001);
    private int epochs = 100;
    private int validationInterval = 1;
    private Keep keep = Keep.BEST;
    private int earlyStop;
    private Optional<Double> threshold = Optional.empty();
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

    /** The model to start from. */
    public Builder initialModel(Model value) {
      initialModel = Optional.of(value);
      return this;
    }

    /** Rows and columns of the network's grid. */
    public Builder size(int value) {
      size = Optional.of(value);
      return this;
    }

    /** Rows and columns of what a step sees of the network's grid. */
    public Builder patch(int value) {
      patch = Optional.of(value);
      return this;
    }

    /** Which HU the network sees. */
    public Builder intensity(IntensityOptions value) {
      intensity = Optional.of(value);
      return this;
    }

    /** What one step sees. */
    public Builder batches(BatchOptions value) {
      batches = value;
      return this;
    }

    /** How slices are varied. */
    public Builder augmentation(AugmentationOptions value) {
      augmentation = value;
      return this;
    }

    /** Of the network's activations while it trains. */
    public Builder normalization(Normalization value) {
      normalization = value;
      return this;
    }

    /** What is minimised. */
    public Builder loss(LossOptions value) {
      loss = value;
      return this;
    }

    /** How it is minimised. */
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

    /** Epochs without a better validation F1 after which training stops; 0 for never. */
    public Builder earlyStop(int value) {
      earlyStop = value;
      return this;
    }

    /** A voxel is pancreas above this probability. */
    public Builder threshold(double value) {
      threshold = Optional.of(value);
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
    public TrainOptions build() {
      return new TrainOptions(
          label,
          filters,
          initialModel,
          size,
          patch,
          intensity,
          batches,
          augmentation,
          normalization,
          loss,
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
