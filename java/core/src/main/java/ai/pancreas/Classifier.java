package ai.pancreas;

import ai.pancreas.Classification.Flag;
import ai.pancreas.Classification.Timings;
import ai.pancreas.Classification.UsedMask;
import ai.pancreas.classify.ClassificationModels;
import ai.pancreas.classify.HounsfieldCheck;
import ai.pancreas.classify.MaskAlignment;
import ai.pancreas.classify.MaskFile;
import ai.pancreas.classify.MaskMode;
import ai.pancreas.classify.MaskStatistics;
import ai.pancreas.classify.PlausibleMask;
import ai.pancreas.classify.RegionExtractor;
import ai.pancreas.classify.TotalSegmentator;
import ai.pancreas.engine.ClassificationEngine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.engine.Engines;
import ai.pancreas.engine.Precision;
import ai.pancreas.kernel.Kernels;
import ai.pancreas.kernel.Size3;
import ai.pancreas.model.ClassificationTask;
import ai.pancreas.model.Model;
import ai.pancreas.model.ModelDescription;
import ai.pancreas.model.ModelRepository;
import ai.pancreas.model.RegionPreprocessing.Reference;
import ai.pancreas.model.TrainingDistribution;
import ai.pancreas.model.TrainingDistribution.Interval;
import ai.pancreas.nifti.NiftiLayout;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.LabelMask;
import ai.pancreas.volume.Mask;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Estimates the probability of pancreatic cancer from abdominal CTs: a model, loaded once and used
 * for many CTs.
 *
 * <pre>{@code
 * try (Classifier classifier = Classifier.builder().model("my-model").build()) {
 *   Classification result = classifier.classify(Path.of("ct-folder"));
 *   System.out.println(result.probability() + " " + result.flags());
 * }
 * }</pre>
 *
 * <p>No classification model comes with this library. What a model says is a number that depends on
 * whom it learned from; it is no diagnosis. Research software, not a medical device.
 *
 * <p>Thread-safe: many threads may classify at the same time. Close it when no classification is
 * under way; it owns native memory. The network that segments is loaded when it is first needed.
 */
public final class Classifier implements AutoCloseable {
  private final ModelDescription description;
  private final ClassificationTask task;
  private final ClassificationEngine engine;
  private final RegionExtractor extractor;
  private final Supplier<Segmenter> opening;
  private final int threads;
  private Segmenter segmenter;

  private Classifier(Model model, ClassificationEngine engine, Builder builder) {
    this.description = model.description();
    this.task = description.classification();
    this.engine = engine;
    this.threads = builder.threads;
    List<Integer> size = description.network().inputSize();
    this.extractor =
        RegionExtractor.of(
            task.preprocessing(),
            new Size3(size.get(0), size.get(1), size.get(2)),
            Kernels.best(),
            threads);
    Supplier<Model> segmentationModel = builder.segmentationModel;
    this.opening =
        () ->
            Segmenter.builder()
                .model(segmentationModel)
                .threads(threads)
                .precision(builder.precision)
                .build();
  }

  /** Starts with the only classification model that is there, and all processors. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects what a classifier is made of. */
  public static final class Builder {
    private Supplier<Model> model =
        () -> {
          ModelRepository repository = new ModelRepository();
          return repository.find(ClassificationModels.only(repository));
        };
    private Supplier<Model> segmentationModel =
        () -> new ModelRepository().find(ModelRepository.DEFAULT_ID);
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

    /**
     * The model that makes masks where no others are given, named as for {@link #model(String)}.
     */
    public Builder segmentationModel(String idOrPath) {
      this.segmentationModel = () -> new ModelRepository().find(idOrPath);
      return this;
    }

    /** The model that makes masks where no others are given; called when it is first needed. */
    public Builder segmentationModel(Supplier<Model> loading) {
      this.segmentationModel = loading;
      return this;
    }

    /**
     * What runs the classification network: an engine's name, or {@code auto} for the fastest that
     * can. Segmentation always takes the fastest.
     */
    public Builder engine(String name) {
      this.engine = name;
      return this;
    }

    /**
     * How many threads one classification uses.
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

    /** How an engine for GPUs multiplies where one segments; others take float32. */
    public Builder precision(Precision value) {
      this.precision = value;
      return this;
    }

    /**
     * Loads the classification model and makes its engine ready.
     *
     * @throws PancreasException {@code MODEL}, {@code DEVICE}, or {@code USAGE} for an unknown
     *     engine
     */
    public Classifier build() {
      Model loaded = model.get();
      loaded.description().classification();
      return build(
          loaded,
          new Engines().openClassifier(engine, loaded, new EngineOptions(threads, precision)));
    }

    /** A classifier around an engine that was opened for a model, which it closes. */
    Classifier build(Model loaded, ClassificationEngine opened) {
      return new Classifier(loaded, opened, this);
    }
  }

  /** Reads a CT and classifies it; see {@link CtReader#read(Path)}. */
  public Classification classify(Path input) {
    return classify(CtReader.read(input));
  }

  /** Classifies a CT with the mask of the classifier's own segmentation. */
  public Classification classify(CtVolume ct) {
    return classify(ct, ClassifyOptions.DEFAULT, Monitor.NONE);
  }

  /**
   * Classifies a CT.
   *
   * @throws PancreasException {@code BAD_DATA} if the CT's values cannot be HU, or the mask cannot
   *     be read, is empty, or does not lie within the CT; {@code QUALITY} if segmentation finds no
   *     pancreas; {@code DEVICE}; {@code MODEL}
   * @throws java.util.concurrent.CancellationException if the monitor cancels
   */
  public Classification classify(CtVolume ct, ClassifyOptions options, Monitor monitor) {
    long start = System.nanoTime();
    HounsfieldCheck.require(ct);
    MaskMode mode = options.maskMode().orElse(usualMode());
    Mask mask = mask(ct, options.mask(), mode, monitor);
    long masked = System.nanoTime();
    MaskStatistics statistics = MaskStatistics.of(ct, mask);
    FloatBuffer region = extractor.extract(ct, mask, monitor);
    long extracted = System.nanoTime();
    monitor.throwIfCancelled();
    monitor.progress(Stage.CLASSIFY, 0, 1);
    double probability = engine.probability(region);
    monitor.progress(Stage.CLASSIFY, 1, 1);
    long end = System.nanoTime();
    return new Classification(
        probability,
        new UsedMask(
            mask,
            NiftiLayout.of(ct),
            options.mask().name(),
            mode,
            segmentationModelId(options.mask()),
            statistics.volumeMl(),
            statistics.meanHu()),
        flags(statistics),
        task.preprocessing().name(),
        description.id(),
        engine.name(),
        new Timings(
            Duration.ofNanos(masked - start),
            Duration.ofNanos(extracted - masked),
            Duration.ofNanos(end - extracted)));
  }

  private boolean isReference() {
    return task.preprocessing() instanceof Reference;
  }

  private MaskMode usualMode() {
    return isReference() ? MaskMode.INDEX : MaskMode.GEOMETRY;
  }

  private Optional<String> segmentationModelId(MaskSource source) {
    return source instanceof MaskSource.Segmentation
        ? Optional.of(segmenter().model().id())
        : Optional.empty();
  }

  /** The mask on the CT's grid. */
  private Mask mask(CtVolume ct, MaskSource source, MaskMode mode, Monitor monitor) {
    if (source instanceof MaskSource.Segmentation) {
      Mask own = segment(ct, monitor);
      return mode == MaskMode.GEOMETRY ? own : byIndex(ct, MaskAlignment.inFileOrder(ct, own));
    }
    LabelMask found =
        source instanceof MaskSource.File file
            ? read(file, monitor.withoutProgress())
            : totalSegmentator(ct, monitor);
    return mode == MaskMode.GEOMETRY
        ? MaskAlignment.byGeometry(ct, found, threads, monitor)
        : byIndex(ct, found.mask());
  }

  private Mask byIndex(CtVolume ct, Mask inFileOrder) {
    return MaskAlignment.byIndex(ct, inFileOrder, task.preprocessing());
  }

  private LabelMask read(MaskSource.File file, Monitor monitor) {
    if (file.label().isPresent()) {
      return MaskFile.readLabel(file.path(), file.label().getAsInt(), monitor);
    }
    return isReference()
        ? MaskFile.readAllLabels(file.path(), monitor)
        : MaskFile.readOnlyLabel(file.path(), monitor);
  }

  private LabelMask totalSegmentator(CtVolume ct, Monitor monitor) {
    TotalSegmentator program = TotalSegmentator.onPath();
    return isReference() ? program.allOrgans(ct, monitor) : program.pancreas(ct, monitor);
  }

  private Mask segment(CtVolume ct, Monitor monitor) {
    Mask mask = segmenter().segment(ct, SegmentOptions.DEFAULT, monitor).mask();
    if (mask.voxelCount() == 0) {
      throw new PancreasException(
          ErrorCode.QUALITY,
          "segmentation found no pancreas in this CT, and without one there is no probability;"
              + " check that the CT shows the abdomen, or give a mask");
    }
    return mask;
  }

  private synchronized Segmenter segmenter() {
    if (segmenter == null) {
      segmenter = opening.get();
    }
    return segmenter;
  }

  private List<Flag> flags(MaskStatistics statistics) {
    List<Flag> flags = new ArrayList<>();
    if (statistics.volumeMl() < PlausibleMask.TINY_ML) {
      flags.add(
          new Flag(
              Flag.Kind.TINY,
              String.format(
                  Locale.ROOT,
                  "the mask holds %.1f ml, less than half of any adult's pancreas",
                  statistics.volumeMl())));
    }
    if (statistics.touchesBorder()) {
      flags.add(
          new Flag(
              Flag.Kind.TOUCHES_BORDER,
              "the mask reaches the border of the CT; a part of the pancreas may be missing"));
    }
    unlike(statistics)
        .ifPresent(reason -> flags.add(new Flag(Flag.Kind.OUT_OF_DISTRIBUTION, reason)));
    return flags;
  }

  /** In what a mask is unlike those that the model learned from, or unlike adults'. */
  private Optional<String> unlike(MaskStatistics statistics) {
    if (task.distribution().isEmpty() && isReference()) {
      // Its masks hold other organs too, and other voxels of the CT than those of the organs.
      return Optional.empty();
    }
    TrainingDistribution usual = task.distribution().orElse(PlausibleMask.OF_ADULTS);
    String whose =
        task.distribution().isPresent() ? "in the model's training" : "of adults' pancreases";
    return Stream.of(
            outside("volume", statistics.volumeMl(), usual.maskVolumeMl(), "ml", whose),
            outside("mean", statistics.meanHu(), usual.meanHu(), "HU", whose))
        .flatMap(Optional::stream)
        .reduce((volume, mean) -> volume + "; " + mean);
  }

  private static Optional<String> outside(
      String what, double value, Interval usual, String unit, String whose) {
    return usual.contains(value)
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "the mask's %s of %.1f %s is outside the range %s, %.1f to %.1f %s",
                what,
                value,
                unit,
                whose,
                usual.min(),
                usual.max(),
                unit));
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
  public synchronized void close() {
    engine.close();
    if (segmenter != null) {
      segmenter.close();
      segmenter = null;
    }
  }
}
