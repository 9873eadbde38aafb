package ai.pancreas.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.pancreas.CtReader;
import ai.pancreas.Monitor;
import ai.pancreas.Segmenter;
import ai.pancreas.dataset.LabelOptions;
import ai.pancreas.dataset.LabelledCts;
import ai.pancreas.dataset.PrepareOptions.Pictures;
import ai.pancreas.dataset.PrepareOptions.Spine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.engine.Engines;
import ai.pancreas.evaluation.ModelEvaluation;
import ai.pancreas.evaluation.ModelEvaluator;
import ai.pancreas.kernel.NativeLibrary;
import ai.pancreas.model.Metric;
import ai.pancreas.model.Model;
import ai.pancreas.model.ModelRepository;
import ai.pancreas.nifti.NiftiReader;
import ai.pancreas.report.Evaluation;
import ai.pancreas.report.MaskComparison;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Mask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What the card of the default model says of it. */
class DefaultModelTest {
  private static final Path FIXTURES = Path.of(System.getProperty("pancreas.fixtures"));
  private static final Path WITH_CONTRAST = FIXTURES.resolve("ct-dicom/explicit-le");
  private static final Path WITHOUT_CONTRAST = FIXTURES.resolve("ct-nifti/ct.nii.gz");
  private static final Path SLICES =
      Path.of(System.getProperty("pancreas.data")).resolve("pancreas-ct-slices");
  private static final Path VALIDATION =
      Path.of("../../models/pancreas-ct/validation-patients.txt");

  @Test
  void bothEnginesGiveTheSameMask() {
    assumeTrue(NativeLibrary.isLoaded(), "no native library");
    assumeTrue(Files.exists(WITH_CONTRAST), "fixtures are absent");
    CtVolume ct = CtReader.read(WITH_CONTRAST);

    Mask cpu = mask("cpu", ct);
    Mask tensorflow = mask("tensorflow", ct);

    long found = 0;
    long different = 0;
    byte[] one = new byte[cpu.grid().sliceSize()];
    byte[] other = new byte[one.length];
    for (int z = 0; z < cpu.grid().nz(); z++) {
      cpu.readSlice(z, one);
      tensorflow.readSlice(z, other);
      for (int i = 0; i < one.length; i++) {
        found += other[i];
        different += one[i] == other[i] ? 0 : 1;
      }
    }
    assertTrue(found > 0, "two empty masks would be no comparison");
    // Ties only: 0.1 % of what was found, far less than 0.01 % of the CT.
    assertTrue(different <= found / 1000, different + " of " + found);
  }

  /** A CT whose pancreas is below the window: what is found there is false. The card says 0 ml. */
  @Test
  void littleIsFoundInACtWithoutContrast() {
    assumeTrue(Files.exists(WITHOUT_CONTRAST), "fixtures are absent");
    CtVolume ct = CtReader.read(WITHOUT_CONTRAST);
    Mask truth =
        NiftiReader.readMask(WITHOUT_CONTRAST.resolveSibling("pancreas.nii.gz"), Monitor.NONE);

    MaskComparison comparison = Evaluation.of(mask(Engines.AUTO, ct), truth);

    double falseMl =
        comparison.predictionMl() == 0
            ? 0
            : comparison.predictionMl() * (1 - comparison.precision());
    assertTrue(falseMl < 5, falseMl + " ml");
  }

  /** Within what another processor's rounding may change of so many voxels. */
  @Test
  void itsDiceOnTheValidationPatientsIsThatOfItsCard() throws IOException {
    assumeTrue(Files.isDirectory(SLICES), "the training slices are absent");
    Model model = new ModelRepository().find(ModelRepository.DEFAULT_ID);
    List<String> patients =
        Files.readAllLines(VALIDATION).stream().filter(name -> !name.startsWith("LIDC")).toList();
    LabelOptions options =
        new LabelOptions(new TreeSet<>(), List.of(), new Pictures(0, 255, Spine.TOP));
    LabelledCts cts = LabelledCts.find(List.of(SLICES), options, Monitor.NONE).ofPatients(patients);

    ModelEvaluation evaluation;
    try (ModelEvaluator evaluator = new ModelEvaluator(model, Engines.AUTO, new EngineOptions(2))) {
      evaluation = evaluator.evaluate(cts, Monitor.NONE);
    }

    assertEquals(metric(model, "Dice"), evaluation.pancreasSlices().dice(), 0.001);
    assertEquals(
        metric(model, "Dice, mean over patients"), evaluation.dicePerPatient().mean(), 0.001);
  }

  private static double metric(Model model, String name) {
    return model.description().metrics().stream()
        .filter(metric -> metric.name().equals(name))
        .mapToDouble(Metric::value)
        .findFirst()
        .orElseThrow();
  }

  private static Mask mask(String engine, CtVolume ct) {
    try (Segmenter segmenter = Segmenter.builder().engine(engine).threads(2).build()) {
      return segmenter.segment(ct).mask();
    }
  }
}
