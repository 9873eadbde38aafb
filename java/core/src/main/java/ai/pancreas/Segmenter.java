package ai.pancreas;

import ai.pancreas.engine.Engine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.engine.Engines;
import ai.pancreas.engine.Precision;
import ai.pancreas.kernel.Kernels;
import ai.pancreas.model.Model;
import ai.pancreas.model.ModelDescription;
import ai.pancreas.model.ModelRepository;
import ai.pancreas.model.SegmentationTask;
import ai.pancreas.nifti.NiftiLayout;
import ai.pancreas.segment.SegmentationPipeline;
import ai.pancreas.volume.CtVolume;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Segments the pancreas in abdominal CTs: a model, loaded once and used for many CTs.
 *
 * <pre>{@code
 * try (Segmenter segmenter = Segmenter.builder().build()) {
 *   Segmentation result = segmenter.segment(Path.of("ct-folder"));
 *   System.out.println(result.volumeMl() + " ml");
 *   result.writeMask(Path.of("pancreas.nii.gz"));
 * }
 * }</pre>
 *
 * <p>Thread-safe: many threads may segment at the same time. Close it when no segmentation is under
 * way; it owns native memory. Research software, not a medical device.
 */
public final class Segmenter implements AutoCloseable {
  private final ModelDescription description;
  private final SegmentationTask task;
  private final Engine engine;
  private final SegmentationPipeline pipeline;

  private Segmenter(Builder builder) {
    Model model = builder.model.get();
    this.description = model.description();
    this.task = description.segmentation();
    this.engine =
        new Engines()
            .open(builder.engine, model, new EngineOptions(builder.threads, builder.precision));
    this.pipeline = new SegmentationPipeline(description, engine, Kernels.best(), builder.threads);
  }

  /** Starts with the default model, the fastest engine and all processors. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects what a segmenter is made of. */
  public static final class Builder {
    private Supplier<Model> model = () -> new ModelRepository().find(ModelRepository.DEFAULT_ID);
    private String engine = Engines.AUTO;
    private int threads = Runtime.getRuntime().availableProcessors();
    private Precision precision = EngineOptions.DEFAULT_PRECISION;

    private Builder() {}

    /** A model's id, a folder with a {@code model.json}, or a Keras weights file. */
    public Builder model(String idOrPath) {
      this.model = () -> new ModelRepository().find(idOrPath);
      return this;
    }

    /** A model that is loaded already. */
    public Builder model(Model loaded) {
      this.model = () -> loaded;
      return this;
    }

    /** A model that is loaded when the segmenter is built. */
    public Builder model(Supplier<Model> loading) {
      this.model = loading;
      return this;
    }

    /** An engine's name, or {@code auto} for the fastest that is there. */
    public Builder engine(String name) {
      this.engine = name;
      return this;
    }

    /**
     * How many threads one segmentation uses.
     *
     * @throws PancreasException {@code USAGE} if it is less than 1
     */
    public Builder threads(int count) {
      if (count < 1) {
        throw new PancreasException(ErrorCode.USAGE, "at least one thread is needed, not " + count);
      }
      this.threads = count;
      return this;
    }

    /** How an engine for GPUs multiplies; others take float32. */
    public Builder precision(Precision value) {
      this.precision = value;
      return this;
    }

    /** How many threads one segmentation will use. */
    int threads() {
      return threads;
    }

    /**
     * Loads the model and makes the engine ready.
     *
     * @throws PancreasException {@code MODEL}, {@code DEVICE}, or {@code USAGE} for an unknown
     *     engine
     */
    public Segmenter build() {
      return new Segmenter(this);
    }
  }

  /** Reads a CT and segments it; see {@link CtReader#read(Path)}. */
  public Segmentation segment(Path input) {
    return segment(CtReader.read(input));
  }

  /** Segments a CT as the model says. */
  public Segmentation segment(CtVolume ct) {
    return segment(ct, SegmentOptions.DEFAULT, Monitor.NONE);
  }

  /**
   * Segments a CT.
   *
   * @throws PancreasException {@code BAD_DATA}, {@code DEVICE}, {@code MODEL}
   * @throws java.util.concurrent.CancellationException if the monitor cancels
   */
  public Segmentation segment(CtVolume ct, SegmentOptions options, Monitor monitor) {
    double threshold = options.threshold().orElse(task.postprocessing().threshold());
    boolean keepLargest = options.keepLargest() || task.postprocessing().keepLargest();
    SegmentationPipeline.Result result = pipeline.segment(ct, threshold, keepLargest, monitor);
    return new Segmentation(
        result.mask(),
        result.probability(),
        threshold,
        description.id(),
        engine.name(),
        NiftiLayout.of(ct),
        new Segmentation.Timings(result.network(), result.masking()));
  }

  /** The model in use. */
  public ModelDescription model() {
    return description;
  }

  /** The name of the engine in use. */
  public String engineName() {
    return engine.name();
  }

  @Override
  public void close() {
    engine.close();
  }
}
