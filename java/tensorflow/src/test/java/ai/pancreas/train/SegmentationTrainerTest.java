package ai.pancreas.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import ai.pancreas.dataset.CachedCase;
import ai.pancreas.dataset.CaseDescription;
import ai.pancreas.dataset.LabelledSlice;
import ai.pancreas.dataset.Split;
import ai.pancreas.dataset.TrainingCache;
import ai.pancreas.dataset.TrainingCacheWriter;
import ai.pancreas.engine.Engine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.engine.EngineProvider;
import ai.pancreas.engine.cpu.CpuEngineProvider;
import ai.pancreas.kernel.NativeLibrary;
import ai.pancreas.model.Model;
import ai.pancreas.model.ModelDescription;
import ai.pancreas.model.ModelRepository;
import ai.pancreas.model.Tensor;
import ai.pancreas.model.Weights;
import ai.pancreas.tensorflow.TensorFlowEngineProvider;
import ai.pancreas.train.LearningRateSchedule.Constant;
import ai.pancreas.train.LearningRateSchedule.CosineDecay;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentationTrainerTest {
  /** 4 training cases of 6 slices in batches of 4: 6 steps an epoch. */
  private static final int STEPS_OF_EPOCH = 6;

  private static final Split SPLIT =
      new Split(0, List.of("p0", "p1", "p2", "p3"), List.of("p4", "p5"));

  /** Held, since a logger that nobody holds forgets its level. */
  private static final Logger LOG = Logger.getLogger(TrainingRun.class.getName());

  @TempDir static Path shared;
  private static TrainingCache cache;

  @TempDir private Path folder;

  /** A process that dies: nothing of the training may run any more. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  @BeforeAll
  static void makeCache() {
    cache = TestCache.make(shared.resolve("cache"), 6, 6, 36);
    LOG.setLevel(Level.WARNING);
  }

  @AfterAll
  static void closeCache() {
    cache.close();
  }

  @Test
  void itLearnsAndLeavesAModelThatIsRead() throws IOException {
    Path run = folder.resolve("run");
    TrainOptions options = options(16).schedule(new CosineDecay(0.01, 0.1, 0.0001)).build();

    TrainResult result = SegmentationTrainer.start(cache, SPLIT, options, run, Monitor.NONE);

    // The blobs stand out from the noise by five standard deviations.
    assertTrue(result.kept().orElseThrow().all().f1() > 0.9, result::toString);
    assertEquals(16, result.epochs());
    Model model = new ModelRepository().find(run.toString());
    assertEquals(List.of(8, 8, 8), model.description().network().filters());
    assertEquals(32, model.description().preprocessing().rows());
    assertEquals("blobs", model.description().id());
    assertEquals(
        result.kept().orElseThrow().all().f1(), model.description().metrics().get(0).value(), 5e-5);
    assertEquals("1", model.description().training().get("seed"));
    List<String> log = Files.readAllLines(run.resolve("log.csv"));
    assertEquals(17, log.size());
    assertTrue(log.get(16).startsWith("16,96,"), log.get(16));
    assertEquals(SPLIT, Split.read(run.resolve("split.json")));
  }

  @Test
  void theModelHasTheWeightsOfTheBestValidation() {
    Path run = folder.resolve("run");
    TrainOptions options = options(4).schedule(new Constant(0.02)).build();

    TrainResult result = SegmentationTrainer.start(cache, SPLIT, options, run, Monitor.NONE);

    Model model = new ModelRepository().find(run.toString());
    IntensityWindows windows =
        IntensityWindows.of(
            cache, cache.cases(), model.description().preprocessing().intensity(), 1);
    Validator validator =
        new Validator(
            cache,
            cache.cases().subList(4, 6),
            windows,
            model.description().preprocessing(),
            model.description().postprocessing().threshold());
    try (TrainingNetwork network =
        TrainingNetwork.open(
            model.description().network(),
            model.weights(),
            Normalization.NONE,
            LossOptions.REFERENCE,
            OptimizerOptions.ADAM,
            1)) {
      assertEquals(result.kept().orElseThrow(), validator.validate(network, Monitor.NONE));
    }
  }

  /** 1e-4: what the engines may differ by on any weights. */
  @Test
  void theModelGivesTheSameProbabilitiesInBothEngines() {
    assumeTrue(NativeLibrary.isLoaded(), "no native library");
    Path run = folder.resolve("run");
    TrainOptions options = options(8).schedule(new Constant(0.01)).build();
    SegmentationTrainer.start(cache, SPLIT, options, run, Monitor.NONE);
    Model model = new ModelRepository().find(run.toString());
    Random random = new Random(1);
    float[] input = new float[4 * 32 * 32];
    for (int i = 0; i < input.length; i++) {
      input[i] = 2 * random.nextFloat() - 1;
    }

    float[] cpu = probabilities(new CpuEngineProvider(), model, input);
    float[] tensorFlow = probabilities(new TensorFlowEngineProvider(), model, input);

    assertArrayEquals(tensorFlow, cpu, 1e-4f);
    float spread = 0;
    for (float probability : cpu) {
      spread = Math.max(spread, Math.abs(probability - cpu[0]));
    }
    assertTrue(spread > 0.1, "the probabilities must differ enough to tell networks apart");
  }

  private static float[] probabilities(EngineProvider provider, Model model, float[] input) {
    FloatBuffer probability = FloatBuffer.allocate(input.length);
    try (Engine engine = provider.open(model, new EngineOptions(1))) {
      engine.run(FloatBuffer.wrap(input), 4, 32, 32, probability);
    }
    return probability.array();
  }

  /** After the first step, after the last of an epoch, and in the middle of one. */
  @ParameterizedTest
  @ValueSource(ints = {1, 12, 20})
  void afterCtrlCItGoesOnAsIfNothingHadHappened(int step) {
    Path unbroken = folder.resolve("unbroken");
    Path broken = folder.resolve("broken");
    TrainOptions options = options(4).build();
    SegmentationTrainer.start(cache, SPLIT, options, unbroken, Monitor.NONE);

    assertThrows(
        CancellationException.class,
        () -> SegmentationTrainer.start(cache, SPLIT, options, broken, cancelAfter(step)));
    SegmentationTrainer.resume(cache, SPLIT, options, broken, Monitor.NONE);

    assertSameTraining(unbroken, broken);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 20})
  void afterItWasKilledItGoesOnFromTheLastCheckpoint(int step) throws IOException {
    Path unbroken = folder.resolve("unbroken");
    Path broken = folder.resolve("broken");
    TrainOptions options = options(4).build();
    SegmentationTrainer.start(cache, SPLIT, options, unbroken, Monitor.NONE);

    assertThrows(
        Killed.class,
        () -> SegmentationTrainer.start(cache, SPLIT, options, broken, dieAfter(step)));
    Path unfinished = Files.createFile(broken.resolve("checkpoints").resolve(".last.json.x.tmp"));
    Path alsoUnfinished = Files.createFile(broken.resolve(".log.csv.x.tmp"));
    TrainOptions moreThreads = options(4).batchThreads(3).build();
    SegmentationTrainer.resume(cache, SPLIT, moreThreads, broken, Monitor.NONE);

    assertFalse(Files.exists(unfinished));
    assertFalse(Files.exists(alsoUnfinished));
    assertSameTraining(unbroken, broken);
  }

  @Test
  void aSecondTrainingStaysOutOfTheFolderWhileOneIsAtWork() {
    Path run = folder.resolve("run");
    TrainOptions options = options(1).build();
    Monitor second =
        (stage, done, total) -> {
          if (stage == Stage.TRAIN && done == 1) {
            assertCode(
                ErrorCode.OUTPUT,
                () -> SegmentationTrainer.resume(cache, SPLIT, options, run, Monitor.NONE));
          }
        };

    assertEquals(1, SegmentationTrainer.start(cache, SPLIT, options, run, second).epochs());
    assertEquals(1, SegmentationTrainer.resume(cache, SPLIT, options, run, Monitor.NONE).epochs());
  }

  @Test
  void aFinishedTrainingCanBeProlonged() throws IOException {
    Path unbroken = folder.resolve("unbroken");
    Path longer = folder.resolve("longer");
    SegmentationTrainer.start(cache, SPLIT, options(4).build(), unbroken, Monitor.NONE);

    SegmentationTrainer.start(cache, SPLIT, options(2).build(), longer, Monitor.NONE);
    TrainResult result =
        SegmentationTrainer.resume(cache, SPLIT, options(4).build(), longer, Monitor.NONE);

    assertEquals(4, result.epochs());
    assertSameTraining(unbroken, longer);
    assertEquals(5, Files.readAllLines(longer.resolve("log.csv")).size());
  }

  @Test
  void augmentationMayChangeOnTheWay() {
    Path run = folder.resolve("run");
    SegmentationTrainer.start(cache, SPLIT, options(1).build(), run, Monitor.NONE);
    TrainOptions milder = options(2).augmentation(AugmentationOptions.off()).build();

    assertEquals(2, SegmentationTrainer.resume(cache, SPLIT, milder, run, Monitor.NONE).epochs());
  }

  @Test
  void resumingWithOtherSettingsIsRefusedByName() {
    Path run = folder.resolve("run");
    SegmentationTrainer.start(cache, SPLIT, options(1).build(), run, Monitor.NONE);

    PancreasException failure =
        assertThrows(
            PancreasException.class,
            () ->
                SegmentationTrainer.resume(
                    cache,
                    SPLIT,
                    options(1).batches(new BatchOptions.Slices(3, 0)).build(),
                    run,
                    Monitor.NONE));

    assertEquals(ErrorCode.USAGE, failure.code());
    assertTrue(failure.getMessage().contains("size was 4 and is 3"), failure.getMessage());
  }

  @Test
  void resumingWithAnotherSplitIsRefusedWithoutNamingAnybody() throws IOException {
    Path run = folder.resolve("run");
    SegmentationTrainer.start(cache, SPLIT, options(1).build(), run, Monitor.NONE);
    Split other = new Split(0, List.of("p0", "p1", "p2", "p4"), List.of("p3", "p5"));

    PancreasException failure =
        assertThrows(
            PancreasException.class,
            () -> SegmentationTrainer.resume(cache, other, options(2).build(), run, Monitor.NONE));

    assertEquals(ErrorCode.USAGE, failure.code());
    assertTrue(failure.getMessage().contains("another split"), failure.getMessage());
    for (String file : List.of("settings.json", "model.json", "log.csv")) {
      assertFalse(Files.readString(run.resolve(file)).contains("\"p0\""), file);
    }
  }

  @Test
  void resumingOnAnotherCacheIsRefused() {
    Path run = folder.resolve("run");
    SegmentationTrainer.start(cache, SPLIT, options(1).build(), run, Monitor.NONE);
    Path elsewhere = folder.resolve("cache");

    try (TrainingCache other = TestCache.make(elsewhere, 6, 6, 36, 100)) {
      assertCode(
          ErrorCode.USAGE,
          () -> SegmentationTrainer.resume(other, SPLIT, options(2).build(), run, Monitor.NONE));
    }
  }

  @Test
  void aTrainingOnEachVolumesOwnRangeGoesOn() {
    Path run = folder.resolve("run");
    SegmentationTrainer.start(
        cache, SPLIT, options(1).intensity(IntensityOptions.VOLUME).build(), run, Monitor.NONE);

    TrainResult result =
        SegmentationTrainer.resume(
            cache, SPLIT, options(2).intensity(IntensityOptions.VOLUME).build(), run, Monitor.NONE);

    assertEquals(2, result.epochs());
  }

  @Test
  void aFolderWithATrainingIsNotBegunAnew() {
    Path run = folder.resolve("run");
    SegmentationTrainer.start(cache, SPLIT, options(1).build(), run, Monitor.NONE);

    assertCode(
        ErrorCode.OUTPUT,
        () -> SegmentationTrainer.start(cache, SPLIT, options(1).build(), run, Monitor.NONE));
    assertCode(
        ErrorCode.USAGE,
        () ->
            SegmentationTrainer.resume(
                cache, SPLIT, options(1).build(), folder.resolve("none"), Monitor.NONE));
  }

  @Test
  void aDamagedCheckpointIsRefused() throws IOException {
    Path run = folder.resolve("run");
    SegmentationTrainer.start(cache, SPLIT, options(1).build(), run, Monitor.NONE);
    for (Path file : checkpoints(run)) {
      byte[] bytes = Files.readAllBytes(file);
      Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    }

    assertCode(
        ErrorCode.MODEL,
        () -> SegmentationTrainer.resume(cache, SPLIT, options(2).build(), run, Monitor.NONE));
  }

  @Test
  void aBrokenLossStopsTheTrainingAndNamesTheBatch() throws IOException {
    Path run = folder.resolve("run");
    TrainOptions wild = options(8).schedule(new Constant(1)).build();
    Path bad = folder.resolve("bad");
    try (TrainingCache extreme = TestCache.make(bad, 2, 4, 32)) {
      PancreasException failure =
          assertThrows(
              PancreasException.class,
              () -> {
                Split split = new Split(0, List.of("p0"), List.of("p1"));
                TrainingData data = TrainingData.of(extreme, split);
                StartingPoint start = StartingPoint.of(wild, data.all());
                try (TrainingNetwork network =
                    TrainingNetwork.open(
                        start.network(),
                        withNaN(start.weights()),
                        wild.normalization(),
                        wild.loss(),
                        wild.optimizer(),
                        1)) {
                  try (RunFolder<ValidationResult> runFolder =
                      RunFolder.create(run, data.summary(), split, ValidationResult.class)) {
                    Progress<ValidationResult> first = Progress.start();
                    runFolder.save(first, network.state());
                    SegmentationTraining training =
                        new SegmentationTraining(data, start, wild, network);
                    new TrainingRun<>(runFolder, training, training.loop(), first, Monitor.NONE)
                        .train();
                  }
                }
              });

      assertEquals(ErrorCode.QUALITY, failure.code());
      assertTrue(failure.getMessage().contains("c0 slice"), failure.getMessage());
      assertTrue(failure.getMessage().contains("step 1 (epoch 1)"), failure.getMessage());
      assertFalse(Files.exists(run.resolve("model.json")));
    }
  }

  @Test
  void theLastWeightsAreTheModelWhereThatIsAskedFor() {
    Path run = folder.resolve("run");
    // At this rate nothing changes, so the first epoch is the best of all.
    TrainOptions options = options(3).schedule(new Constant(1e-12)).keep(Keep.LAST).build();

    TrainResult result = SegmentationTrainer.start(cache, SPLIT, options, run, Monitor.NONE);

    assertEquals(3, result.keptEpoch().orElseThrow());
    String data = new ModelRepository().describe(run.toString()).metrics().get(0).data();
    assertFalse(data.contains("choose"), data);
  }

  @Test
  void partsOfFramesTrainButDoNotValidate() {
    CaseDescription whole = TestCache.describe("whole", "p1");
    CaseDescription part =
        new CaseDescription(
            "part", "p1", whole.kind(), List.of(), whole.minHu(), whole.maxHu(), false);
    try (TrainingCache parts = TestCache.make(folder.resolve("parts"), List.of(whole, part))) {
      Split validating = new Split(0, List.of("p0"), List.of("p1"));
      List<CachedCase> cases = parts.cases();

      assertEquals(cases.subList(1, 2), TrainingData.of(parts, validating).validation());
      Split training = new Split(0, List.of("p1"), List.of());
      assertEquals(cases.subList(1, 3), TrainingData.of(parts, training).training());
    }
  }

  @Test
  void itStopsEarlyWhereValidationDoesNotRise() throws IOException {
    Path run = folder.resolve("run");
    TrainOptions options = options(50).schedule(new Constant(1e-12)).earlyStop(3).build();

    TrainResult result = SegmentationTrainer.start(cache, SPLIT, options, run, Monitor.NONE);

    // At this rate nothing changes: the first epoch is the best, and three more follow.
    assertEquals(1, result.keptEpoch().orElseThrow());
    assertEquals(4, result.epochs());
  }

  @Test
  void aModelKeepsTheLicenceAndTheCreditsOfTheOneItStartedFrom() {
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");
    SegmentationTrainer.start(cache, SPLIT, options(1).build(), first, Monitor.NONE);
    Model initial = new ModelRepository().find(first.toString());
    ModelLabel label =
        new ModelLabel("more", "More", ModelDescription.NO_LICENCE, List.of("and here"));
    TrainOptions options = options(1).filters(List.of()).initialModel(initial).label(label).build();

    SegmentationTrainer.start(cache, SPLIT, options, second, Monitor.NONE);
    SegmentationTrainer.resume(cache, SPLIT, options, second, Monitor.NONE);

    ModelDescription made = new ModelRepository().describe(second.toString());
    assertEquals("CC0-1.0", made.licence());
    assertEquals(List.of("made here", "and here"), made.credits());
    assertEquals(
        "blobs, SHA-256 " + initial.description().weightsSha256(),
        made.training().get("initial weights"));
  }

  @Test
  void wholeVolumesTrainToo() {
    Path run = folder.resolve("run");
    TrainOptions options = options(2).batches(new BatchOptions.Volumes(0)).build();

    TrainResult result = SegmentationTrainer.start(cache, SPLIT, options, run, Monitor.NONE);

    assertEquals(2, result.epochs());
  }

  @Test
  void withoutValidationTheLastWeightsAreTheModel() {
    Path run = folder.resolve("run");
    Split all = new Split(0, List.of("p0", "p1"), List.of());

    TrainResult result =
        SegmentationTrainer.start(cache, all, options(1).build(), run, Monitor.NONE);

    assertTrue(result.kept().isEmpty());
    assertTrue(new ModelRepository().find(run.toString()).description().metrics().isEmpty());
  }

  @Test
  void aWindowBeyondTheSourceIsRefused() {
    TrainOptions options = options(1).intensity(IntensityOptions.window(-2000, 0)).build();

    assertCode(
        ErrorCode.USAGE,
        () ->
            SegmentationTrainer.start(cache, SPLIT, options, folder.resolve("run"), Monitor.NONE));
  }

  @Test
  void validationPatientsWithoutPancreasDecideNothing() {
    Path negatives = folder.resolve("negatives");
    try (TrainingCacheWriter writer = new TrainingCacheWriter(negatives, 1, 2)) {
      for (String patient : List.of("p0", "p1")) {
        byte pancreas = (byte) (patient.equals("p0") ? 1 : 0);
        writer.add(
            TestCache.describe(patient, patient),
            1,
            z -> new LabelledSlice(1, 2, new short[2], new byte[] {0, pancreas}));
      }
      writer.commit();
    }

    try (TrainingCache other = TrainingCache.open(negatives)) {
      assertCode(
          ErrorCode.USAGE,
          () -> TrainingData.of(other, new Split(0, List.of("p0"), List.of("p1"))));
      TrainingData.of(other, new Split(0, List.of("p0"), List.of()));
    }
  }

  private static TrainOptions.Builder options(int epochs) {
    return TrainOptions.builder()
        .label(new ModelLabel("blobs", "Blobs", "CC0-1.0", List.of("made here")))
        .filters(List.of(8, 8, 8))
        .size(32)
        .batches(new BatchOptions.Slices(4, 0))
        .schedule(new Constant(0.005))
        .epochs(epochs)
        .threads(1)
        .batchThreads(1);
  }

  private static Monitor cancelAfter(int steps) {
    return new Monitor() {
      private volatile long done;

      @Override
      public void progress(Stage stage, long newDone, long total) {
        done = newDone;
      }

      @Override
      public boolean isCancelled() {
        return done >= steps;
      }
    };
  }

  private static Monitor dieAfter(int steps) {
    return (stage, done, total) -> {
      if (done >= steps) {
        throw new Killed();
      }
    };
  }

  /** The same state and the same model, bit for bit. */
  private static void assertSameTraining(Path expected, Path actual) {
    TrainingState one = lastState(expected);
    TrainingState other = lastState(actual);
    assertEquals(4 * STEPS_OF_EPOCH, one.steps());
    assertEquals(one.steps(), other.steps());
    assertSame(one.weights(), other.weights());
    assertSame(one.firstMoments(), other.firstMoments());
    assertSame(one.secondMoments(), other.secondMoments());
    assertSame(
        new ModelRepository().find(expected.toString()).weights(),
        new ModelRepository().find(actual.toString()).weights());
  }

  private static TrainingState lastState(Path run) {
    Path last =
        checkpoints(run).stream()
            .filter(file -> file.getFileName().toString().startsWith("step-%09d".formatted(24)))
            .findFirst()
            .orElseThrow();
    return TrainingState.read(last);
  }

  private static List<Path> checkpoints(Path run) {
    try (var files = Files.list(run.resolve("checkpoints"))) {
      return files.filter(file -> file.toString().endsWith(".state")).toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertSame(Weights expected, Weights actual) {
    for (Tensor tensor : expected.tensors()) {
      assertArrayEquals(tensor.values(), actual.get(tensor.name()).values(), 0f, tensor.name());
    }
  }

  private static Weights withNaN(Weights weights) {
    // Not before a ReLU: the larger of NaN and 0 may be 0.
    weights.get("head/bias").values()[0] = Float.NaN;
    return weights;
  }

  private static void assertCode(
      ErrorCode code, org.junit.jupiter.api.function.Executable executable) {
    assertEquals(code, assertThrows(PancreasException.class, executable).code());
  }
}
