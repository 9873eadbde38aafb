package ai.pancreas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.Classification.Band;
import ai.pancreas.Classification.Flag;
import ai.pancreas.classify.LabelFiles;
import ai.pancreas.classify.MaskMode;
import ai.pancreas.engine.ClassificationEngine;
import ai.pancreas.model.ClassificationTask;
import ai.pancreas.model.Model;
import ai.pancreas.model.ModelDescription;
import ai.pancreas.model.NetworkDescription;
import ai.pancreas.model.RegionPreprocessing;
import ai.pancreas.model.RegionPreprocessing.Corrected;
import ai.pancreas.model.RegionPreprocessing.Reference;
import ai.pancreas.model.Tensor;
import ai.pancreas.model.TrainingDistribution;
import ai.pancreas.model.TrainingDistribution.Interval;
import ai.pancreas.model.Weights;
import ai.pancreas.nifti.NiftiLayout;
import ai.pancreas.nifti.NiftiReader;
import ai.pancreas.nifti.NiftiWriter;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.HuSlice;
import ai.pancreas.volume.Mask;
import ai.pancreas.volume.Orientation;
import ai.pancreas.volume.Reorientation;
import ai.pancreas.volume.VolumeSource;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The classifier with an engine whose number depends on every voxel of the region. */
class ClassifierTest {
  private static final Grid GRID = Grid.axial(40, 36, 24, 2, 2, 4);
  private static final int SIZE = 16;
  private static final Corrected CORRECTED = new Corrected(0.9);

  /** An egg of 31 ml, within the CT and without any symmetry along the axes of its box. */
  private static final Mask PANCREAS = mask((x, y, z) -> egg(x, y, z) < 110);

  @TempDir private Path folder;

  private interface Shape {
    boolean contains(int x, int y, int z);
  }

  private static int egg(int x, int y, int z) {
    return (x - 17) * (x - 17)
        + (y - 20) * (y - 20) * 2
        + (z - 11) * (z - 11) * 3
        + (x - 17) * (z - 11)
        + Math.max(0, x - 20) * 3;
  }

  private static Mask mask(Shape shape) {
    List<byte[]> slices = new ArrayList<>();
    for (int z = 0; z < GRID.nz(); z++) {
      byte[] slice = new byte[GRID.sliceSize()];
      for (int y = 0; y < GRID.ny(); y++) {
        for (int x = 0; x < GRID.nx(); x++) {
          slice[y * GRID.nx() + x] = (byte) (shape.contains(x, y, z) ? 1 : 0);
        }
      }
      slices.add(slice);
    }
    return new Mask(GRID, slices);
  }

  private static CtVolume ct(int offsetHu) {
    List<HuSlice> slices = new ArrayList<>();
    for (int z = 0; z < GRID.nz(); z++) {
      short[] hu = new short[GRID.sliceSize()];
      for (int i = 0; i < hu.length; i++) {
        int x = i % GRID.nx();
        int y = i / GRID.nx();
        hu[i] = (short) (egg(x, y, z) < 400 ? (x * 3 + y * 5 + z * 7) % 90 + offsetHu : -900);
      }
      slices.add(HuSlice.ofShorts(hu, 1, 0));
    }
    return new CtVolume(GRID, slices, new VolumeSource(VolumeSource.Format.DICOM, List.of()));
  }

  private static final class FakeEngine implements ClassificationEngine {
    private final AtomicInteger closed = new AtomicInteger();

    @Override
    public String name() {
      return "fake";
    }

    @Override
    public double probability(FloatBuffer region) {
      assertEquals(SIZE * SIZE * SIZE, region.remaining());
      double sum = 0;
      for (int i = 0; i < region.remaining(); i++) {
        sum += region.get(i) * Math.sin(i * 0.37);
      }
      return 1 / (1 + Math.exp(-sum));
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }

  private static Classifier classifier(
      RegionPreprocessing preprocessing, Optional<TrainingDistribution> distribution) {
    return classifier(preprocessing, distribution, new FakeEngine());
  }

  private static Classifier classifier(
      RegionPreprocessing preprocessing,
      Optional<TrainingDistribution> distribution,
      ClassificationEngine engine) {
    ModelDescription description =
        new ModelDescription(
            "small",
            "A small network",
            new NetworkDescription(
                NetworkDescription.CLASSIFICATION_2024, List.of(2, 4), List.of(SIZE, SIZE, SIZE)),
            new ClassificationTask(preprocessing, distribution),
            "weights.hdf5",
            "",
            ModelDescription.NO_LICENCE,
            List.of(),
            List.of(),
            Map.of());
    return Classifier.builder()
        .threads(2)
        .build(new Model(description, zeros(description.network())), engine);
  }

  private static Weights zeros(NetworkDescription network) {
    return new Weights(
        network.tensors().stream()
            .map(
                tensor -> {
                  int count = tensor.shape().stream().reduce(1, Math::multiplyExact);
                  return new Tensor(tensor.name(), tensor.shape(), new float[count]);
                })
            .toList());
  }

  private static Classification classify(CtVolume ct, Path file) {
    return classify(ct, new MaskSource.File(file));
  }

  private static Classification classify(CtVolume ct, MaskSource source) {
    try (Classifier classifier = classifier(CORRECTED, Optional.empty())) {
      return classifier.classify(ct, ClassifyOptions.DEFAULT.withMask(source), Monitor.NONE);
    }
  }

  private Path nifti(String name, Mask mask) {
    Path file = folder.resolve(name);
    NiftiWriter.writeMask(file, mask, NiftiLayout.SAME, "");
    return file;
  }

  @Test
  void theResultTellsWhatWasUsed() {
    Classification result = classify(ct(20), nifti("mask.nii.gz", PANCREAS));

    assertTrue(result.probability() > 0 && result.probability() < 1);
    assertEquals("corrected", result.preprocessing());
    assertEquals("small", result.modelId());
    assertEquals("fake", result.engineName());
    assertEquals("file", result.mask().source());
    assertEquals(MaskMode.GEOMETRY, result.mask().mode());
    assertEquals(Optional.empty(), result.mask().segmentationModelId());
    assertEquals(PANCREAS.volumeMl(), result.mask().volumeMl(), 1e-9);
    assertTrue(result.mask().meanHu() > 20 && result.mask().meanHu() < 110);
    assertEquals(List.of(), result.flags());
  }

  @Test
  void aMaskInAnotherOrientationResolutionOrFileTypeGivesTheSameProbability() throws IOException {
    CtVolume ct = ct(20);
    double expected = classify(ct, nifti("same.nii.gz", PANCREAS)).probability();

    for (String code : List.of("LPS", "RAS", "LAS", "PIR", "SAL", "ILP")) {
      Reorientation change = Reorientation.between(Orientation.of(GRID), Orientation.parse(code));
      Mask turned = PANCREAS.reoriented(change);
      assertEquals(expected, classify(ct, nifti(code + ".nii", turned)).probability(), 1e-3);
      Path nrrd = LabelFiles.nrrd(folder.resolve(code + ".nrrd"), turned, 1);
      assertEquals(expected, classify(ct, nrrd).probability(), 1e-3);
    }
    assertEquals(expected, classify(ct, nifti("finer.nii.gz", finer())).probability(), 1e-3);
    CtVolume sagittal = ct.reorientedTo(Orientation.parse("PSR"));
    assertEquals(expected, classify(sagittal, folder.resolve("same.nii.gz")).probability(), 1e-3);
  }

  /** Twice the resolution along x and three times along z. */
  private static Mask finer() {
    Grid fine =
        new Grid(
            GRID.nx() * 2,
            GRID.ny(),
            GRID.nz() * 3,
            GRID.toPatient(-0.25, 0, -1.0 / 3),
            GRID.stepX().times(0.5),
            GRID.stepY(),
            GRID.stepZ().times(1.0 / 3));
    List<byte[]> slices = new ArrayList<>();
    for (int z = 0; z < fine.nz(); z++) {
      byte[] slice = new byte[fine.sliceSize()];
      for (int i = 0; i < slice.length; i++) {
        boolean inside = PANCREAS.at(i % fine.nx() / 2, i / fine.nx(), z / 3);
        slice[i] = (byte) (inside ? 1 : 0);
      }
      slices.add(slice);
    }
    return new Mask(fine, slices);
  }

  @Test
  void theUsedMaskIsWrittenOnTheCtsGrid() {
    CtVolume ct = ct(20);
    Mask turned = PANCREAS.reoriented(Reorientation.flips(true, false, true));
    Path written = folder.resolve("used.nii.gz");

    classify(ct, nifti("turned.nii", turned)).writeMask(written, Monitor.NONE);

    Mask read = NiftiReader.readMask(written, Monitor.NONE);
    Mask expected = PANCREAS.reoriented(NiftiLayout.of(ct).reorientation());
    assertTrue(read.grid().matches(expected.grid(), 1e-3), read.grid()::describe);
    assertEquals(expected.voxelCount(), read.voxelCount());
  }

  @Test
  void oneLabelOfSeveralIsChosen() throws IOException {
    CtVolume ct = ct(20);
    double expected = classify(ct, nifti("same.nii.gz", PANCREAS)).probability();
    Path several = LabelFiles.nrrd(folder.resolve("total.nrrd"), PANCREAS, 7, 5);

    assertEquals(
        expected, classify(ct, new MaskSource.File(several, OptionalInt.of(7))).probability());
    refused(ErrorCode.BAD_DATA, () -> classify(ct, several), "5, 7", "--mask-label");
    refused(
        ErrorCode.BAD_DATA,
        () -> classify(ct, new MaskSource.File(several, OptionalInt.of(4))),
        "no voxel has label 4",
        "5, 7");
    refused(ErrorCode.USAGE, () -> new MaskSource.File(several, OptionalInt.of(0)), "label 0");
  }

  @Test
  void masksThatCannotBeUsedAreRefused() throws IOException {
    CtVolume ct = ct(20);
    Mask empty = mask((x, y, z) -> false);
    refused(ErrorCode.BAD_DATA, () -> classify(ct, nifti("empty.nii", empty)), "is empty");
    Grid away =
        new Grid(
            GRID.nx(),
            GRID.ny(),
            GRID.nz(),
            GRID.toPatient(0, 0, 100),
            GRID.stepX(),
            GRID.stepY(),
            GRID.stepZ());
    Path elsewhere = nifti("elsewhere.nii", PANCREAS.withGrid(away));
    refused(ErrorCode.BAD_DATA, () -> classify(ct, elsewhere), "do not overlap", "mm");
    refused(ErrorCode.USAGE, () -> classify(ct, folder.resolve("none.nii")), "none.nii");
    Path text = Files.writeString(folder.resolve("text.nii"), "no mask");
    refused(ErrorCode.BAD_DATA, () -> classify(ct, text), "text.nii");
  }

  @Test
  void aCtThatIsNotInHuIsRefused() {
    Path mask = nifti("mask.nii", PANCREAS);
    CtVolume positive =
        new CtVolume(
            GRID,
            Collections.nCopies(GRID.nz(), HuSlice.ofShorts(new short[GRID.sliceSize()], 1, 1024)),
            VolumeSource.SYNTHETIC);
    refused(ErrorCode.BAD_DATA, () -> classify(positive, mask), "Hounsfield");
  }

  @Test
  void referenceTakesAllLabelsByIndexAndCorrectedDoesWhereAskedFor() throws IOException {
    // Rows and columns are as many, as in the CTs that the reference reads.
    Grid square = Grid.axial(36, 36, 24, 2, 2, 4);
    CtVolume ct = crop(ct(20), square);
    Mask file = crop(PANCREAS, square);
    Path several = LabelFiles.nrrd(folder.resolve("two.nrrd"), file, 3, 1);
    ClassifyOptions options = ClassifyOptions.DEFAULT.withMask(new MaskSource.File(several));
    try (Classifier classifier = classifier(new Reference(), Optional.empty())) {
      Classification result = classifier.classify(ct, options, Monitor.NONE);
      assertEquals("reference", result.preprocessing());
      assertEquals(MaskMode.INDEX, result.mask().mode());
      assertEquals(square.voxelCount(), result.mask().mask().voxelCount());
      assertEquals(List.of(Flag.Kind.TOUCHES_BORDER), kinds(result));

      Path one = LabelFiles.nrrd(folder.resolve("one.nrrd"), file, 3);
      ClassifyOptions single = ClassifyOptions.DEFAULT.withMask(new MaskSource.File(one));
      Mask byIndex = classifier.classify(ct, single, Monitor.NONE).mask().mask();
      assertTrue(byIndex.at(20, 17, 11), "rows and columns exchanged");
      assertTrue(file.at(17, 20, 11));
      Mask byGeometry =
          classifier
              .classify(ct, single.withMaskMode(MaskMode.GEOMETRY), Monitor.NONE)
              .mask()
              .mask();
      assertEquals(file.box(), byGeometry.box());
    }
    try (Classifier classifier = classifier(CORRECTED, Optional.empty())) {
      Path rows = nifti("rows.nii", file.reoriented(NiftiLayout.of(ct).reorientation()));
      ClassifyOptions byIndex =
          ClassifyOptions.DEFAULT.withMask(new MaskSource.File(rows)).withMaskMode(MaskMode.INDEX);
      Classification result = classifier.classify(ct, byIndex, Monitor.NONE);
      assertEquals(file.box(), result.mask().mask().box());
    }
  }

  private static CtVolume crop(CtVolume ct, Grid grid) {
    List<HuSlice> slices = new ArrayList<>();
    for (int z = 0; z < grid.nz(); z++) {
      float[] hu = new float[grid.sliceSize()];
      for (int i = 0; i < hu.length; i++) {
        hu[i] = ct.hu(i % grid.nx(), i / grid.nx(), z);
      }
      slices.add(HuSlice.ofFloats(hu));
    }
    return new CtVolume(grid, slices, ct.source());
  }

  private static Mask crop(Mask mask, Grid grid) {
    List<byte[]> slices = new ArrayList<>();
    for (int z = 0; z < grid.nz(); z++) {
      byte[] slice = new byte[grid.sliceSize()];
      for (int i = 0; i < slice.length; i++) {
        slice[i] = (byte) (mask.at(i % grid.nx(), i / grid.nx(), z) ? 1 : 0);
      }
      slices.add(slice);
    }
    return new Mask(grid, slices);
  }

  @Test
  void doubtfulMasksAreFlagged() {
    CtVolume ct = ct(20);
    Mask small = mask((x, y, z) -> egg(x, y, z) < 10);
    assertEquals(
        List.of(Flag.Kind.TINY, Flag.Kind.OUT_OF_DISTRIBUTION),
        kinds(classify(ct, nifti("small.nii", small))));
    Mask atBorder = mask((x, y, z) -> x < 20 && y < 20 && z >= 4 && z < 12);
    Classification result = classify(ct, nifti("border.nii", atBorder));
    assertTrue(kinds(result).contains(Flag.Kind.TOUCHES_BORDER), result.flags()::toString);
    Classification bright = classify(ct(300), nifti("pancreas.nii", PANCREAS));
    assertEquals(List.of(Flag.Kind.OUT_OF_DISTRIBUTION), kinds(bright));
    assertTrue(bright.flags().get(0).reason().contains("HU"), bright.flags()::toString);
  }

  @Test
  void theRangesOfTheModelsTrainingComeBeforeThoseOfAdults() {
    TrainingDistribution training =
        new TrainingDistribution(new Interval(60, 90), new Interval(-40, 200));
    try (Classifier classifier = classifier(CORRECTED, Optional.of(training))) {
      Classification result =
          classifier.classify(
              ct(20),
              ClassifyOptions.DEFAULT.withMask(new MaskSource.File(nifti("m.nii", PANCREAS))),
              Monitor.NONE);
      assertEquals(List.of(Flag.Kind.OUT_OF_DISTRIBUTION), kinds(result));
      String reason = result.flags().get(0).reason();
      assertTrue(reason.contains("60.0 to 90.0 ml") && reason.contains("training"), reason);
      assertFalse(reason.contains("HU"), reason);
    }
  }

  private static List<Flag.Kind> kinds(Classification result) {
    return result.flags().stream().map(Flag::kind).toList();
  }

  @ParameterizedTest
  @CsvSource({"0, LOW", "0.2999, LOW", "0.3, MIDDLE", "0.7, MIDDLE", "0.7001, HIGH", "1, HIGH"})
  void theBandsHaveTheReferencesLimits(double probability, Band band) {
    assertEquals(band, Band.of(probability));
  }

  @Test
  void modelsForOtherTasksAreRefused() {
    refused(
        ErrorCode.MODEL,
        () -> Classifier.builder().model("no-such-model").build(),
        "no-such-model");
    refused(
        ErrorCode.MODEL,
        () -> Classifier.builder().build(),
        "no classification model is installed",
        "models import",
        "train classification");
    refused(ErrorCode.USAGE, () -> Classifier.builder().threads(0), "thread");
  }

  @Test
  void cancellingStopsIt() {
    Monitor cancelled =
        new Monitor() {
          @Override
          public void progress(Stage stage, long done, long total) {}

          @Override
          public boolean isCancelled() {
            return true;
          }
        };
    ClassifyOptions options =
        ClassifyOptions.DEFAULT.withMask(new MaskSource.File(nifti("mask.nii", PANCREAS)));
    try (Classifier classifier = classifier(CORRECTED, Optional.empty())) {
      assertThrows(
          CancellationException.class, () -> classifier.classify(ct(20), options, cancelled));
    }
  }

  @Test
  void manyThreadsGetTheSameNumber() {
    ClassifyOptions options =
        ClassifyOptions.DEFAULT.withMask(new MaskSource.File(nifti("mask.nii", PANCREAS)));
    CtVolume ct = ct(20);
    try (Classifier classifier = classifier(CORRECTED, Optional.empty())) {
      double expected = classifier.classify(ct, options, Monitor.NONE).probability();
      List<Double> numbers =
          IntStream.range(0, 8)
              .parallel()
              .mapToObj(i -> classifier.classify(ct, options, Monitor.NONE).probability())
              .toList();
      assertEquals(Collections.nCopies(8, expected), numbers);
    }
  }

  @Test
  void closingClosesTheEngineOnce() {
    FakeEngine engine = new FakeEngine();
    classifier(CORRECTED, Optional.empty(), engine).close();
    assertEquals(1, engine.closed.get());
  }

  private static void refused(ErrorCode code, Runnable work, String... words) {
    PancreasException e = assertThrows(PancreasException.class, work::run);
    assertEquals(code, e.code(), e.getMessage());
    for (String word : words) {
      assertTrue(e.getMessage().contains(word), e.getMessage());
    }
  }
}
