package ai.pancreas.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.pancreas.Monitor;
import ai.pancreas.SegmentOptions;
import ai.pancreas.Segmentation;
import ai.pancreas.Segmenter;
import ai.pancreas.Stage;
import ai.pancreas.dataset.LabelOptions;
import ai.pancreas.dataset.LabelledCts;
import ai.pancreas.dataset.PrepareOptions.Pictures;
import ai.pancreas.dataset.PrepareOptions.Spine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.kernel.NativeLibrary;
import ai.pancreas.model.Model;
import ai.pancreas.model.ModelRepository;
import ai.pancreas.nifti.NiftiLayout;
import ai.pancreas.nifti.NiftiWriter;
import ai.pancreas.phantom.Phantom;
import ai.pancreas.phantom.PhantomCase;
import ai.pancreas.phantom.PhantomOptions;
import ai.pancreas.report.Evaluation;
import ai.pancreas.report.MaskComparison;
import ai.pancreas.volume.Orientation;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a phantom, whose pancreas is known. Skipped without the native library. */
class ModelEvaluatorTest {
  private static final LabelOptions OPTIONS =
      new LabelOptions(new TreeSet<>(), List.of(), new Pictures(0, 255, Spine.BOTTOM));

  /** The network's own rows and columns, so that nothing is resampled. */
  private static final int SIDE = 160;

  private static final int SLICES = 14;

  /** NIfTI holds a spacing as float32: what that makes of a few millilitres. */
  private static final double SPACING = 1e-5;

  @TempDir private static Path folder;
  private static PhantomCase phantom;
  private static Model model;

  /** Rows from back to front, slices from head to foot: not what the network sees. */
  @BeforeAll
  static void makeCase() throws IOException {
    assumeTrue(NativeLibrary.isLoaded(), "no native library");
    model = new ModelRepository().find("phantom");
    phantom =
        Phantom.generate(
            PhantomOptions.of(1, SIDE, SIDE, SLICES, Orientation.parse("LAI"))
                .withSpacingMm(2.4, 2.4, 12),
            Monitor.NONE);
    Path one = Files.createDirectories(folder.resolve("cases/one"));
    NiftiWriter.writeCt(one.resolve("ct.nii.gz"), phantom.ct(), NiftiLayout.SAME, "test");
    NiftiWriter.writeMask(
        one.resolve("label.nii.gz"), phantom.pancreas(), NiftiLayout.SAME, "test");
  }

  @Test
  void aWholeCtGivesWhatSegmentAndEvaluateGive() {
    MaskComparison expected;
    try (Segmenter segmenter = Segmenter.builder().model(model).threads(1).build()) {
      Segmentation result = segmenter.segment(phantom.ct(), SegmentOptions.DEFAULT, Monitor.NONE);
      expected = Evaluation.of(result.mask(), phantom.pancreas());
    }

    ModelEvaluation evaluation = evaluate(model, cases());

    assertEquals("phantom", evaluation.model());
    assertEquals(SLICES, evaluation.slices());
    assertEquals(1, evaluation.volumes().count());
    assertEquals(expected.dice(), evaluation.volumes().dice().mean(), 1e-12);
    assertEquals(expected.dice(), evaluation.patients().get(0).volumeDice(), 1e-12);
    assertEquals(
        expected.predictionMl() * (1 - expected.precision()),
        evaluation.volumes().falsePositiveMl(),
        SPACING);
    assertTrue(evaluation.emptySlices().slices() > 0);
    assertEquals(
        evaluation.emptySlices().falseVoxels() * 2.4 * 2.4 * 12 / 1000.0,
        evaluation.volumes().falsePositiveMlInEmptySlices(),
        SPACING);
    assertEquals((long) SLICES * SIDE * SIDE, evaluation.calibrationOfAllSlices().voxels());
  }

  @Test
  void picturesShowTheSliceWithTheMostPancreas() throws IOException {
    Path pictures = folder.resolve("pictures");
    try (ModelEvaluator evaluator = new ModelEvaluator(model, "cpu", new EngineOptions(1))) {
      ModelEvaluation evaluation = evaluator.evaluate(cases(), Monitor.NONE);
      List<Path> written =
          new EvaluationPictures(evaluator, model.description())
              .write(evaluation, cases(), pictures, Monitor.NONE);

      assertEquals(
          List.of("best.png", "median.png", "worst.png"),
          written.stream().map(file -> file.getFileName().toString()).toList());
      for (Path file : written) {
        BufferedImage picture = ImageIO.read(file.toFile());
        assertTrue(picture.getWidth() >= 512 && picture.getHeight() >= 512);
      }
      EvaluatedSlice slice = evaluator.largestSlice(cases(), Monitor.NONE);
      long most = 0;
      byte[] truth = new byte[SIDE * SIDE];
      for (int z = 0; z < SLICES; z++) {
        phantom.pancreas().readSlice(z, truth);
        long count = 0;
        for (byte value : truth) {
          count += value;
        }
        most = Math.max(most, count);
      }
      assertEquals(most, slice.truth().voxelCount());
      assertTrue(slice.name().matches("one, slice \\d+ of 14"), slice.name());
    }
  }

  /** A model that is made too sure by a temperature of 0.5 gets it back, and better numbers. */
  @Test
  void aModelThatIsTooSureIsCalibrated() {
    Calibration unknown = new Calibration(1, 0, 0, 0, List.of());
    Model sure =
        TemperatureScaling.apply(
            model, new ModelCalibration("phantom", 1, 1, 0.5, unknown, List.of()), 0.5);
    ModelEvaluation before = evaluate(sure, cases());
    ModelCalibration plain;
    try (ModelEvaluator evaluator = new ModelEvaluator(model, "cpu", new EngineOptions(1))) {
      plain = evaluator.calibrate(cases(), Monitor.NONE);
    }
    ModelCalibration calibration;
    try (ModelEvaluator evaluator = new ModelEvaluator(sure, "cpu", new EngineOptions(1))) {
      calibration = evaluator.calibrate(cases(), Monitor.NONE);
    }
    Model calibrated =
        TemperatureScaling.apply(
            sure, calibration, sure.description().postprocessing().threshold());

    ModelEvaluation after = evaluate(calibrated, cases());

    assertEquals(SLICES, calibration.slices());
    assertEquals(before.calibrationOfAllSlices(), calibration.before());
    // Twice the plain model's, but for probabilities so near to 1 that float32 cannot tell them.
    assertEquals(2, calibration.temperature() / plain.temperature(), 0.3);
    assertTrue(
        after.calibrationOfAllSlices().negativeLogLikelihood()
            < 0.8 * before.calibrationOfAllSlices().negativeLogLikelihood());
    // Nothing is resampled here; a probability at the threshold may fall either way.
    assertEquals(before.pancreasSlices().dice(), after.pancreasSlices().dice(), 1e-3);
  }

  @Test
  void cancellingEndsIt() {
    Monitor cancelled =
        new Monitor() {
          @Override
          public void progress(Stage stage, long done, long total) {}

          @Override
          public boolean isCancelled() {
            return true;
          }
        };
    LabelledCts cts = cases();
    try (ModelEvaluator evaluator = new ModelEvaluator(model, "cpu", new EngineOptions(1))) {
      assertThrows(CancellationException.class, () -> evaluator.evaluate(cts, cancelled));
    }
  }

  private static LabelledCts cases() {
    return LabelledCts.find(List.of(folder.resolve("cases")), OPTIONS, Monitor.NONE);
  }

  private static ModelEvaluation evaluate(Model evaluated, LabelledCts cts) {
    try (ModelEvaluator evaluator = new ModelEvaluator(evaluated, "cpu", new EngineOptions(1))) {
      return evaluator.evaluate(cts, Monitor.NONE);
    }
  }
}
