package ai.pancreas.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.pancreas.Classification;
import ai.pancreas.Classifier;
import ai.pancreas.ClassifyOptions;
import ai.pancreas.CtReader;
import ai.pancreas.MaskSource;
import ai.pancreas.Monitor;
import ai.pancreas.model.ClassificationTask;
import ai.pancreas.model.Model;
import ai.pancreas.model.ModelDescription;
import ai.pancreas.model.ModelRepository;
import ai.pancreas.model.RegionPreprocessing;
import ai.pancreas.model.RegionPreprocessing.Corrected;
import ai.pancreas.model.Tensor;
import ai.pancreas.model.Weights;
import ai.pancreas.nifti.NiftiLayout;
import ai.pancreas.nifti.NiftiReader;
import ai.pancreas.nifti.NiftiWriter;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.Mask;
import ai.pancreas.volume.Orientation;
import ai.pancreas.volume.Reorientation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From real CTs and masks to the number of a full-size network with random weights. */
class ClassifierFixtureTest {
  private static final Path FIXTURES = Path.of(System.getProperty("pancreas.fixtures"));
  private static final Path REFERENCE = FIXTURES.resolve("classification-2024/reference-96");

  /** Of meta.json. */
  private static final double REFERENCE_PROBABILITY = 0.5986877083778381;

  @TempDir private Path folder;
  private Model model;

  @BeforeEach
  void loadModel() {
    assumeTrue(Files.isDirectory(REFERENCE), "fixtures are absent");
    model = new ModelRepository().find(REFERENCE.resolve("weights.keras").toString());
  }

  @Test
  void theProbabilityInReferenceModeEqualsTheReference() {
    CtVolume ct = CtReader.read(FIXTURES.resolve("ct-dicom/jpeg2000-lossless"));
    Path mask = REFERENCE.resolve("segmentation.nii.gz");
    try (Classifier classifier = Classifier.builder().model(model).threads(2).build()) {
      Classification result = classify(classifier, ct, mask);
      assertEquals("reference", result.preprocessing());
      assertEquals(MaskMode.INDEX, result.mask().mode());
      assertEquals(REFERENCE_PROBABILITY, result.probability(), 1e-4);
    }
  }

  @Test
  void aMaskInAnotherOrientationOrResolutionGivesTheSameProbability() {
    CtVolume ct = CtReader.read(FIXTURES.resolve("ct-nifti/ct.nii.gz"));
    Mask mask = NiftiReader.readMask(FIXTURES.resolve("ct-nifti/pancreas.nii.gz"), Monitor.NONE);
    Path same = write("same.nii.gz", mask);
    Model corrected = withPreprocessing(new Corrected(0.9));
    double dull;
    try (Classifier classifier = Classifier.builder().model(corrected).threads(2).build()) {
      dull = classify(classifier, ct, same).probability();
    }
    Model sharp = sharpened(corrected, dull);
    try (Classifier classifier = Classifier.builder().model(sharp).threads(2).build()) {
      Classification expected = classify(classifier, ct, same);
      assertTrue(expected.mask().volumeMl() > 20, "818 voxels of 27 mm3");

      Mask turned =
          mask.reoriented(
              Reorientation.between(Orientation.of(mask.grid()), Orientation.parse("PIR")));
      double inOtherOrder = classify(classifier, ct, write("pir.nii", turned)).probability();
      assertEquals(expected.probability(), inOtherOrder, 1e-3);
      double finer = classify(classifier, ct, write("finer.nii.gz", finer(mask))).probability();
      assertEquals(expected.probability(), finer, 1e-3);
      CtVolume turnedCt = ct.reorientedTo(Orientation.parse("SAL"));
      double ofTurnedCt = classify(classifier, turnedCt, same).probability();
      assertEquals(expected.probability(), ofTurnedCt, 1e-3);

      Mask half = firstColumnsOnly(mask);
      double ofHalf = classify(classifier, ct, write("half.nii.gz", half)).probability();
      assertTrue(Math.abs(ofHalf - expected.probability()) > 0.02, "another mask, another number");
    }
  }

  private static Classification classify(Classifier classifier, CtVolume ct, Path mask) {
    return classifier.classify(
        ct, ClassifyOptions.DEFAULT.withMask(new MaskSource.File(mask)), Monitor.NONE);
  }

  private Model withPreprocessing(RegionPreprocessing preprocessing) {
    ModelDescription d = model.description();
    return new Model(
        new ModelDescription(
            d.id(),
            d.title(),
            d.network(),
            new ClassificationTask(preprocessing, Optional.empty()),
            d.weightsFile(),
            d.weightsSha256(),
            d.licence(),
            d.credits(),
            d.metrics(),
            d.training()),
        model.weights());
  }

  /**
   * The same network with a dense layer whose answer changes 300 times as much, around a half at
   * what gave a known probability: random weights alone hardly tell one mask from another.
   */
  private static Model sharpened(Model model, double probability) {
    float factor = 300;
    double logit = Math.log(probability / (1 - probability));
    List<Tensor> tensors = new ArrayList<>();
    for (Tensor tensor : model.weights().tensors()) {
      float[] values = tensor.values().clone();
      if (tensor.name().equals("dense/kernel")) {
        for (int i = 0; i < values.length; i++) {
          values[i] *= factor;
        }
      } else if (tensor.name().equals("dense/bias")) {
        values[0] = (float) (-factor * (logit - values[0]));
      }
      tensors.add(new Tensor(tensor.name(), tensor.shape(), values));
    }
    return new Model(model.description(), new Weights(tensors));
  }

  private Path write(String name, Mask mask) {
    Path file = folder.resolve(name);
    NiftiWriter.writeMask(file, mask, NiftiLayout.SAME, "");
    return file;
  }

  /** Twice the resolution along every axis. */
  private static Mask finer(Mask mask) {
    Grid grid = mask.grid();
    Grid fine =
        new Grid(
            2 * grid.nx(),
            2 * grid.ny(),
            2 * grid.nz(),
            grid.toPatient(-0.25, -0.25, -0.25),
            grid.stepX().times(0.5),
            grid.stepY().times(0.5),
            grid.stepZ().times(0.5));
    return mask(fine, (x, y, z) -> mask.at(x / 2, y / 2, z / 2));
  }

  private static Mask firstColumnsOnly(Mask mask) {
    int middle = mask.box().map(box -> (box.fromX() + box.toX()) / 2).orElseThrow();
    return mask(mask.grid(), (x, y, z) -> x < middle && mask.at(x, y, z));
  }

  private interface Shape {
    boolean contains(int x, int y, int z);
  }

  private static Mask mask(Grid grid, Shape shape) {
    List<byte[]> slices = new ArrayList<>();
    for (int z = 0; z < grid.nz(); z++) {
      byte[] slice = new byte[grid.sliceSize()];
      for (int i = 0; i < slice.length; i++) {
        slice[i] = (byte) (shape.contains(i % grid.nx(), i / grid.nx(), z) ? 1 : 0);
      }
      slices.add(slice);
    }
    return new Mask(grid, slices);
  }
}
