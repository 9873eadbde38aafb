package ai.pancreas.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import ai.pancreas.dataset.CachedRegion;
import ai.pancreas.dataset.Folds;
import ai.pancreas.dataset.RegionCache;
import ai.pancreas.dataset.Split;
import ai.pancreas.engine.ClassificationEngine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.evaluation.ClassificationMetrics;
import ai.pancreas.evaluation.Prediction;
import ai.pancreas.model.Model;
import ai.pancreas.model.ModelRepository;
import ai.pancreas.model.RegionPreprocessing.Corrected;
import ai.pancreas.model.Tensor;
import ai.pancreas.model.TrainingDistribution;
import ai.pancreas.model.Weights;
import ai.pancreas.tensorflow.TensorFlowEngineProvider;
import ai.pancreas.train.LearningRateSchedule.Constant;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassificationTrainerTest {
  /** Held, since a logger that nobody holds forgets its level. */
  private static final List<Logger> LOGS =
      List.of(
          Logger.getLogger(TrainingRun.class.getName()),
          Logger.getLogger(CrossValidation.class.getName()));

  /** 24 training patients in batches of 8: 3 steps an epoch. */
  private static final Split SPLIT =
      new Split(0, TestRegions.patients(0, 24), TestRegions.patients(24, 36));

  @TempDir static Path shared;
  private static RegionCache cache;

  @TempDir private Path folder;

  /** A process that dies: nothing of the training may run any more. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  @BeforeAll
  static void makeCache() {
    cache = TestRegions.make(shared.resolve("cache"), 48, 1);
    LOGS.forEach(log -> log.setLevel(Level.WARNING));
  }

  private static ClassificationTrainOptions.Builder options(int epochs) {
    return ClassificationTrainOptions.builder()
        .label(new ModelLabel("balls", "Balls", "CC0-1.0", List.of("made here")))
        .filters(List.of(4, 8))
        .batchSize(8)
        .l2(0.001)
        .schedule(new Constant(0.005))
        .epochs(epochs)
        .threads(1)
        .batchThreads(1);
  }

  /** Patients 36 to 47 have never been seen, not even to choose the epoch. */
  @Test
  void itLearnsWhatTellsNewPatientsApart() throws IOException {
    Path run = folder.resolve("run");

    ClassificationTrainResult result =
        ClassificationTrainer.start(cache, SPLIT, options(20).build(), run, Monitor.NONE);

    assertEquals(20, result.epochs());
    Model model = new ModelRepository().find(run.toString());
    ClassificationMetrics unseen =
        ClassificationMetrics.of(predictions(model, TestRegions.patients(36, 48)), 0.5);
    assertTrue(unseen.auc().value() > 0.95, unseen::toString);
    assertEquals(
        result.kept().orElseThrow().auc().value(),
        model.description().metrics().get(0).value(),
        5e-5);
  }

  @Test
  void theModelSaysWhatItWasTrainedOnAndForWhatInput() throws IOException {
    Path run = folder.resolve("run");

    ClassificationTrainer.start(cache, SPLIT, options(1).build(), run, Monitor.NONE);

    Model model = new ModelRepository().find(run.toString());
    assertEquals("balls", model.description().id());
    assertEquals(List.of(4, 8), model.description().network().filters());
    assertEquals(List.of(16, 16, 16), model.description().network().inputSize());
    assertEquals(new Corrected(0.9), model.description().classification().preprocessing());
    TrainingDistribution distribution =
        model.description().classification().distribution().orElseThrow();
    // Patients 0 to 23 have 40 ml and one more each, and 90 or 80 HU.
    assertEquals(new TrainingDistribution.Interval(40, 63), distribution.maskVolumeMl());
    assertEquals(new TrainingDistribution.Interval(80, 90), distribution.meanHu());
    String on = model.description().metrics().get(0).data();
    assertTrue(on.startsWith("12 patients, 6 of them with label 1, held out"), on);
    assertTrue(on.contains("used to choose the epoch"), on);
    List<String> log = Files.readAllLines(run.resolve("log.csv"));
    assertEquals(2, log.size());
    assertTrue(log.get(0).contains(",auc,auc_low,auc_high,brier_score,log_loss,"), log.get(0));
    assertTrue(Files.list(run.resolve("tensorboard")).findAny().isPresent());
    for (String file : List.of("settings.json", "model.json", "log.csv")) {
      assertFalse(Files.readString(run.resolve(file)).contains("\"p0\""), file);
    }
  }

  /** The validation is of the weights that the model has: what choosing the best relies on. */
  @Test
  void theModelHasTheWeightsOfTheBestValidation() {
    Path run = folder.resolve("run");

    ClassificationTrainResult result =
        ClassificationTrainer.start(
            cache, SPLIT, options(5).schedule(new Constant(0.02)).build(), run, Monitor.NONE);

    Model model = new ModelRepository().find(run.toString());
    assertEquals(
        result.kept().orElseThrow(),
        ClassificationMetrics.of(predictions(model, SPLIT.validation()), 0.5));
  }

  /** 1e-4: what the engines may differ by on any weights. */
  @Test
  void theEngineSaysWhatValidationSaid() {
    Path run = folder.resolve("run");
    ClassificationTrainer.start(cache, SPLIT, options(5).build(), run, Monitor.NONE);
    Model model = new ModelRepository().find(run.toString());
    List<Prediction> expected = predictions(model, SPLIT.validation());

    try (ClassificationEngine engine =
        new TensorFlowEngineProvider().openClassifier(model, new EngineOptions(1))) {
      FloatBuffer region = FloatBuffer.allocate(16 * 16 * 16);
      for (int i = 0; i < expected.size(); i++) {
        CachedRegion each = RegionData.ofPatients(cache, List.of(expected.get(i).patient())).get(0);
        RegionWarp.central(cache.enlargedSize(), cache.size()).apply(cache.read(each), region, 0);
        assertEquals(expected.get(i).probability(), engine.probability(region), 1e-4);
      }
    }
    double spread =
        expected.stream().mapToDouble(Prediction::probability).max().orElseThrow()
            - expected.stream().mapToDouble(Prediction::probability).min().orElseThrow();
    assertTrue(spread > 0.01, "the probabilities must differ enough to tell networks apart");
  }

  /** After the first step, after the last of an epoch, and in the middle of one. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5})
  void afterCtrlCItGoesOnAsIfNothingHadHappened(int step) {
    Path unbroken = folder.resolve("unbroken");
    Path broken = folder.resolve("broken");
    ClassificationTrainOptions options = options(3).build();
    ClassificationTrainer.start(cache, SPLIT, options, unbroken, Monitor.NONE);

    assertThrows(
        CancellationException.class,
        () -> ClassificationTrainer.start(cache, SPLIT, options, broken, cancelAfter(step)));
    ClassificationTrainer.resume(cache, SPLIT, options, broken, Monitor.NONE);

    assertSameTraining(unbroken, broken);
  }

  @Test
  void afterItWasKilledItGoesOnFromTheLastCheckpoint() {
    Path unbroken = folder.resolve("unbroken");
    Path broken = folder.resolve("broken");
    ClassificationTrainer.start(cache, SPLIT, options(3).build(), unbroken, Monitor.NONE);

    assertThrows(
        Killed.class,
        () -> ClassificationTrainer.start(cache, SPLIT, options(3).build(), broken, dieAfter(5)));
    ClassificationTrainOptions moreThreads = options(3).batchThreads(3).build();
    ClassificationTrainer.resume(cache, SPLIT, moreThreads, broken, Monitor.NONE);

    assertSameTraining(unbroken, broken);
  }

  @Test
  void theRateIsHalvedWhereTheLossDoesNotFall() throws IOException {
    Path run = folder.resolve("run");
    // At this rate nothing changes that would lower the loss by 1e-4.
    LearningRateSchedule schedule =
        new LearningRateSchedule.ReduceOnPlateau(1e-9, 0.5, 2, 0, 1e-12);
    RegionAugmentation off = RegionAugmentation.OFF;

    ClassificationTrainer.start(
        cache,
        SPLIT,
        options(40).schedule(schedule).augmentation(off).earlyStop(3).build(),
        run,
        Monitor.NONE);

    List<String> log = Files.readAllLines(run.resolve("log.csv"));
    assertTrue(log.size() < 41, "it stopped early");
    String last = log.get(log.size() - 1).split(",")[2];
    assertTrue(Double.parseDouble(last) < 1e-9, last);
  }

  @Test
  void otherSettingsOrDataAreRefused() {
    Path run = folder.resolve("run");
    ClassificationTrainer.start(cache, SPLIT, options(1).build(), run, Monitor.NONE);

    assertUsage(
        "l2 was 0.001 and is 0.1",
        () ->
            ClassificationTrainer.resume(
                cache, SPLIT, options(1).l2(0.1).build(), run, Monitor.NONE));
    RegionCache other = TestRegions.make(folder.resolve("cache"), 48, 2);
    assertUsage(
        "cacheFingerprint",
        () -> ClassificationTrainer.resume(other, SPLIT, options(1).build(), run, Monitor.NONE));
    Split another = new Split(0, TestRegions.patients(0, 24), TestRegions.patients(24, 35));
    assertUsage(
        "validationPatients",
        () -> ClassificationTrainer.resume(cache, another, options(1).build(), run, Monitor.NONE));
  }

  @Test
  void whatCannotBeTrainedIsRefusedBeforeAnythingIsWritten() {
    Path run = folder.resolve("run");
    Split stranger = new Split(0, List.of("p0", "p1", "nobody"), List.of());
    Split healthy = new Split(0, List.of("p0", "p2"), List.of("p1"));
    ClassificationTrainOptions tooDeep = options(1).filters(List.of(2, 2, 2, 2, 2, 2)).build();

    assertUsage(
        "nobody",
        () -> ClassificationTrainer.start(cache, stranger, options(1).build(), run, Monitor.NONE));
    assertUsage(
        "none of the 2 training patients has label 1",
        () -> ClassificationTrainer.start(cache, healthy, options(1).build(), run, Monitor.NONE));
    assertUsage(
        "multiples of 32",
        () -> ClassificationTrainer.start(cache, SPLIT, tooDeep, run, Monitor.NONE));
    Folds folds = Folds.stratified(TestRegions.labels(cache), 3, 1);
    assertUsage(
        "multiples of 32", () -> CrossValidation.start(cache, folds, tooDeep, run, Monitor.NONE));
    assertFalse(Files.exists(run));
  }

  @Test
  void aNetworkThatBrokeDownIsToldBeforeItsModelIsWritten() {
    Path run = folder.resolve("run");
    ClassificationTrainOptions options = options(1).build();
    Weights broken = withNaN(InitialWeights.of(ClassificationTraining.network(cache, options), 1));
    RegionData data = RegionData.of(cache, SPLIT);

    try (ClassificationNetwork network =
            ClassificationNetwork.open(
                ClassificationTraining.network(cache, options), broken, 0, options.optimizer(), 1);
        RunFolder<ClassificationValidation> folders =
            RunFolder.create(run, data.summary(), SPLIT, ClassificationValidation.class)) {
      ClassificationTraining training = new ClassificationTraining(data, options, network);
      folders.save(Progress.start(), network.state());
      TrainingRun<RegionSample, ClassificationValidation> loop =
          new TrainingRun<>(folders, training, training.loop(), Progress.start(), Monitor.NONE);

      assertCode(ErrorCode.QUALITY, () -> training.validate(Monitor.NONE));
      assertCode(ErrorCode.QUALITY, loop::train);
    }
    assertFalse(Files.exists(run.resolve("model.json")));
  }

  private static Weights withNaN(Weights weights) {
    List<Tensor> tensors = new ArrayList<>(weights.tensors());
    Tensor last = tensors.remove(tensors.size() - 1);
    float[] values = last.values().clone();
    values[0] = Float.NaN;
    tensors.add(new Tensor(last.name(), last.shape(), values));
    return new Weights(tensors);
  }

  @Test
  void withoutValidationTheLastWeightsAreTheModel() {
    Path run = folder.resolve("run");
    Split all = new Split(0, TestRegions.patients(0, 48), List.of());

    ClassificationTrainResult result =
        ClassificationTrainer.start(cache, all, options(1).build(), run, Monitor.NONE);

    assertTrue(result.kept().isEmpty());
    assertTrue(new ModelRepository().find(run.toString()).description().metrics().isEmpty());
  }

  @Test
  void crossValidationJudgesEverybodyByANetworkThatDoesNotKnowThem() throws IOException {
    Path run = folder.resolve("run");
    Folds folds = Folds.stratified(TestRegions.labels(cache), 3, 1);
    ClassificationTrainOptions options = options(12).build();

    CrossValidation.Result result = CrossValidation.start(cache, folds, options, run, Monitor.NONE);

    assertEquals(48, result.metrics().counts().patients());
    assertTrue(result.metrics().auc().value() > 0.9, result::toString);
    List<String> table = Files.readAllLines(run.resolve("predictions.csv"));
    assertEquals(49, table.size());
    List<String> parts = new ArrayList<>();
    for (int fold = 0; fold < 3; fold++) {
      Path training = run.resolve("fold-" + (fold + 1));
      Split split = Split.read(training.resolve("split.json"));
      List<String> lines = Files.readAllLines(training.resolve("predictions.csv"));
      for (String line : lines.subList(1, lines.size())) {
        String patient = line.split(",")[0];
        assertFalse(split.training().contains(patient) || split.validation().contains(patient));
        parts.add(line);
      }
      Model model = new ModelRepository().find(training.toString());
      assertEquals("balls-fold-" + (fold + 1), model.description().id());
    }
    assertEquals(table.subList(1, 49).stream().sorted().toList(), parts.stream().sorted().toList());
    assertEquals(11, Files.readAllLines(run.resolve("reliability.csv")).size());
    assertTrue(Files.size(run.resolve("reliability.png")) > 0);
    JsonObject metrics =
        JsonParser.parseString(Files.readString(run.resolve("metrics.json"))).getAsJsonObject();
    assertEquals(result.metrics().auc().value(), metrics.get("auc").getAsDouble());
    assertEquals(result.metrics().auc().interval().low(), metrics.get("auc_low").getAsDouble());
    assertEquals(3, metrics.getAsJsonArray("folds").size());
  }

  @Test
  void aCrossValidationGoesOnAsIfNothingHadHappened() throws IOException {
    Path unbroken = folder.resolve("unbroken");
    Path broken = folder.resolve("broken");
    Folds folds = Folds.stratified(TestRegions.labels(cache), 3, 1);
    ClassificationTrainOptions options = options(2).build();
    CrossValidation.start(cache, folds, options, unbroken, Monitor.NONE);

    // 16 training patients a fold: 2 steps an epoch, 4 a fold.
    assertThrows(
        CancellationException.class,
        () -> CrossValidation.start(cache, folds, options, broken, cancelAfter(6)));
    assertCode(
        ErrorCode.OUTPUT, () -> CrossValidation.start(cache, folds, options, broken, Monitor.NONE));
    Folds others = Folds.stratified(TestRegions.labels(cache), 3, 2);
    assertUsage(
        "other folds", () -> CrossValidation.resume(cache, others, options, broken, Monitor.NONE));
    CrossValidation.resume(cache, folds, options, broken, Monitor.NONE);

    for (String file : List.of("predictions.csv", "metrics.json", "reliability.csv")) {
      assertEquals(
          Files.readString(unbroken.resolve(file)), Files.readString(broken.resolve(file)), file);
    }
  }

  private static List<Prediction> predictions(Model model, List<String> patients) {
    try (ClassificationNetwork network =
        ClassificationNetwork.open(
            model.description().network(), model.weights(), 0, OptimizerOptions.ADAM, 1)) {
      return new RegionPredictor(cache)
          .predict(network, RegionData.ofPatients(cache, patients), Monitor.NONE);
    }
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

  private static void assertSameTraining(Path expected, Path actual) {
    TrainingState one = lastState(expected);
    TrainingState other = lastState(actual);
    assertEquals(one.steps(), other.steps());
    assertSame(one.weights(), other.weights());
    assertSame(one.firstMoments(), other.firstMoments());
    assertSame(one.secondMoments(), other.secondMoments());
    assertSame(one.statistics(), other.statistics());
    assertSame(
        new ModelRepository().find(expected.toString()).weights(),
        new ModelRepository().find(actual.toString()).weights());
  }

  private static TrainingState lastState(Path run) {
    try (Stream<Path> files = Files.list(run.resolve("checkpoints"))) {
      return TrainingState.read(
          files
              .filter(file -> file.toString().endsWith(".state"))
              .sorted()
              .reduce((a, b) -> b)
              .orElseThrow());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void assertSame(Weights expected, Weights actual) {
    assertEquals(expected.tensors().size(), actual.tensors().size());
    for (Tensor tensor : expected.tensors()) {
      assertArrayEquals(tensor.values(), actual.get(tensor.name()).values(), tensor.name());
    }
  }

  private static void assertUsage(String message, Runnable work) {
    PancreasException failure = assertThrows(PancreasException.class, work::run);
    assertEquals(ErrorCode.USAGE, failure.code());
    assertTrue(failure.getMessage().contains(message), failure.getMessage());
  }

  private static void assertCode(ErrorCode code, Runnable work) {
    assertEquals(code, assertThrows(PancreasException.class, work::run).code());
  }
}
