package ai.pancreas.evaluation;

import ai.pancreas.Monitor;
import ai.pancreas.dataset.CaseDescription.Kind;
import ai.pancreas.dataset.LabelledCt;
import ai.pancreas.dataset.LabelledCts;
import ai.pancreas.dataset.PreparationReport.Dropped;
import ai.pancreas.engine.Engine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.engine.Engines;
import ai.pancreas.kernel.Kernels;
import ai.pancreas.model.Model;
import ai.pancreas.model.ModelDescription;
import ai.pancreas.model.SegmentationTask;
import ai.pancreas.segment.ProbabilityMap;
import ai.pancreas.segment.SegmentationPipeline;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Mask;
import java.util.List;

/**
 * Runs a model over labelled CTs and compares what it says with the labels, at the CTs' own
 * resolution. Not thread-safe; close it to close its engine.
 */
public final class ModelEvaluator implements AutoCloseable {
  private final ModelDescription model;
  private final SegmentationTask task;
  private final Engine engine;
  private final SegmentationPipeline pipeline;

  /**
   * Opens an engine for a model.
   *
   * @param engine an engine's name, or {@link Engines#AUTO}
   * @param options its threads serve all stages
   * @throws ai.pancreas.PancreasException {@code MODEL}, {@code DEVICE}, or {@code USAGE} for an
   *     unknown engine
   */
  public ModelEvaluator(Model model, String engine, EngineOptions options) {
    this.model = model.description();
    this.task = this.model.segmentation();
    this.engine = new Engines().open(engine, model, options);
    this.pipeline =
        new SegmentationPipeline(this.model, this.engine, Kernels.best(), options.threads());
  }

  /**
   * Evaluates the model. One CT is in memory at a time.
   *
   * @throws ai.pancreas.PancreasException {@code BAD_DATA} if no case can be used; {@code MODEL},
   *     {@code DEVICE}
   * @throws java.util.concurrent.CancellationException if the monitor cancels
   */
  public ModelEvaluation evaluate(LabelledCts cts, Monitor monitor) {
    EvaluationTally tally = new EvaluationTally();
    List<Dropped> dropped = cts.forEach(ct -> add(ct, tally, monitor.withoutProgress()), monitor);
    return tally.result(model, engine.name(), cts.cutOut(), dropped);
  }

  /**
   * Fits the temperature that calibrates the model on all voxels. One CT is in memory at a time.
   *
   * @throws ai.pancreas.PancreasException {@code BAD_DATA} if no case can be used, or no
   *     temperature fits; {@code MODEL}, {@code DEVICE}
   * @throws java.util.concurrent.CancellationException if the monitor cancels
   */
  public ModelCalibration calibrate(LabelledCts cts, Monitor monitor) {
    EvaluationTally tally = new EvaluationTally();
    List<Dropped> dropped = cts.forEach(ct -> add(ct, tally, monitor.withoutProgress()), monitor);
    ProbabilityTally voxels = tally.allVoxels();
    return new ModelCalibration(
        model.id(),
        tally.slices(),
        tally.patientCount(),
        TemperatureFit.of(voxels.logits()),
        voxels.calibration(),
        dropped);
  }

  /**
   * The slice with the most pancreas. One CT is in memory at a time.
   *
   * @throws ai.pancreas.PancreasException as {@link #evaluate}
   * @throws java.util.concurrent.CancellationException if the monitor cancels
   */
  public EvaluatedSlice largestSlice(LabelledCts cts, Monitor monitor) {
    LargestSlice largest = new LargestSlice();
    cts.forEach(
        ct -> {
          if (largest.isBeatenBy(ct)) {
            Monitor quiet = monitor.withoutProgress();
            largest.take(ct, prediction(pipeline.probability(ct.ct(), quiet), quiet));
          }
        },
        monitor.withoutProgress());
    return largest.slice();
  }

  private Mask prediction(ProbabilityMap probabilities, Monitor monitor) {
    return pipeline.mask(
        probabilities,
        task.postprocessing().threshold(),
        task.postprocessing().keepLargest(),
        monitor);
  }

  private void add(LabelledCt ct, EvaluationTally tally, Monitor monitor) {
    ProbabilityMap probabilities = pipeline.probability(ct.ct(), monitor);
    Mask prediction = prediction(probabilities, monitor);
    Grid grid = ct.truth().grid();
    float[] probability = new float[grid.sliceSize()];
    byte[] predicted = new byte[grid.sliceSize()];
    byte[] truth = new byte[grid.sliceSize()];
    Overlap whole = Overlap.NONE;
    long falseInEmptySlices = 0;
    for (int z = 0; z < grid.nz(); z++) {
      monitor.throwIfCancelled();
      probabilities.readSlice(z, probability);
      prediction.readSlice(z, predicted);
      ct.truth().readSlice(z, truth);
      Overlap overlap = tally.addSlice(ct.patient(), probability, predicted, truth);
      whole = whole.plus(overlap);
      falseInEmptySlices += overlap.holdsTruth() ? 0 : overlap.falsePositives();
    }
    if (ct.kind() == Kind.VOLUME) {
      tally.addVolume(ct.patient(), whole, falseInEmptySlices, grid.voxelVolumeMm3());
    }
  }

  @Override
  public void close() {
    engine.close();
  }
}
