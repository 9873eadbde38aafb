package ai.pancreas.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.dataset.CachedCase;
import ai.pancreas.dataset.CaseDescription;
import ai.pancreas.dataset.LabelledSlice;
import ai.pancreas.dataset.TrainingCache;
import ai.pancreas.dataset.TrainingCacheWriter;
import ai.pancreas.kernel.IntensityWindow;
import ai.pancreas.model.Model;
import ai.pancreas.model.ModelDescription;
import ai.pancreas.model.ModelRepository;
import ai.pancreas.model.Preprocessing;
import ai.pancreas.model.Preprocessing.Range;
import ai.pancreas.model.Preprocessing.Step;
import ai.pancreas.model.SegmentationTask;
import ai.pancreas.tensorflow.RandomModel;
import ai.pancreas.volume.Orientation;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartingPointTest {
  private static final List<CachedCase> CT = List.of(of(-1024, 3071));
  private static final List<CachedCase> PICTURES = List.of(of(0, 255));

  @TempDir private Path folder;

  @Test
  void withoutOptionsItIsTheReferencesNetworkOnSoftTissue() {
    StartingPoint start = StartingPoint.of(TrainOptions.builder().build(), CT);

    assertEquals(List.of(16, 32, 64, 128, 256), start.network().filters());
    assertEquals(160, start.preprocessing().rows());
    assertEquals(-100, start.preprocessing().intensity().clipMinHu());
    assertEquals(240, start.preprocessing().intensity().clipMaxHu());
  }

  @Test
  void theWindowIsAppliedWhereTheDataHadIt() {
    TrainOptions options =
        TrainOptions.builder().intensity(IntensityOptions.window(0, 255)).build();

    assertEquals(Step.BEFORE_RESAMPLING, step(options, PICTURES));
    assertEquals(Step.AFTER_RESAMPLING, step(options, CT));
    assertEquals(Step.AFTER_RESAMPLING, step(options, List.of(CT.get(0), PICTURES.get(0))));
  }

  @Test
  void aWindowThatTheDataDoNotHoldIsRefusedByName() {
    TrainOptions options = TrainOptions.builder().build();

    PancreasException failure =
        assertThrows(PancreasException.class, () -> StartingPoint.of(options, PICTURES));

    assertEquals(ErrorCode.USAGE, failure.code());
    assertTrue(failure.getMessage().contains("0 to 255 HU"), failure.getMessage());
  }

  @Test
  void patchesFitTheNetworkAndItsSize() {
    TrainOptions.Builder options =
        TrainOptions.builder().intensity(IntensityOptions.window(0, 255)).size(160);
    assertEquals(160, StartingPoint.of(options.build(), PICTURES).patch());
    assertEquals(96, StartingPoint.of(options.patch(96).build(), PICTURES).patch());
    assertEquals(160, StartingPoint.of(options.build(), PICTURES).preprocessing().rows());
    for (int wrong : new int[] {0, 100, 176}) {
      TrainOptions refused = options.patch(wrong).build();
      assertThrows(PancreasException.class, () -> StartingPoint.of(refused, PICTURES));
    }
  }

  @Test
  void anInitialModelBringsItsNetworkAndItsPreprocessing() {
    String id = ModelRepository.DEFAULT_ID;
    Model model = new ModelRepository().find(id);
    StartingPoint start =
        StartingPoint.of(TrainOptions.builder().initialModel(model).build(), PICTURES);

    assertEquals(new ModelRepository().describe(id).network(), start.network());
    assertEquals(new ModelRepository().describe(id).preprocessing(), start.preprocessing());
    assertEquals(new ModelRepository().describe(id).postprocessing(), start.postprocessing());
    TrainOptions strict = TrainOptions.builder().initialModel(model).threshold(0.9).build();
    assertEquals(0.9, StartingPoint.of(strict, PICTURES).postprocessing().threshold());
    assertThrows(
        PancreasException.class,
        () ->
            StartingPoint.of(
                TrainOptions.builder()
                    .initialModel(model)
                    .normalization(Normalization.BATCH)
                    .build(),
                PICTURES));
    assertThrows(
        PancreasException.class,
        () ->
            StartingPoint.of(
                TrainOptions.builder().initialModel(model).filters(List.of(8, 8, 8)).build(),
                PICTURES));
  }

  @Test
  void anInitialModelBringsWhatLiesOutsideASlice() {
    Model model = new ModelRepository().find(ModelRepository.DEFAULT_ID);
    Preprocessing usual = model.description().preprocessing();
    Preprocessing other =
        new Preprocessing(
            usual.orientation(),
            usual.slices(),
            usual.rows(),
            usual.columns(),
            usual.filters(),
            usual.intensity(),
            0.5);
    Model changed = new Model(with(model.description(), other), model.weights());

    StartingPoint start =
        StartingPoint.of(TrainOptions.builder().initialModel(changed).build(), PICTURES);

    assertEquals(other, start.preprocessing());
  }

  @Test
  void anInitialModelOfAnotherOrientationIsRefused() {
    Model model = new ModelRepository().find(ModelRepository.DEFAULT_ID);
    Preprocessing usual = model.description().preprocessing();
    Preprocessing other =
        new Preprocessing(
            Orientation.parse("RAS"),
            usual.slices(),
            usual.rows(),
            usual.columns(),
            usual.filters(),
            usual.intensity(),
            usual.background());
    Model changed = new Model(with(model.description(), other), model.weights());
    TrainOptions options = TrainOptions.builder().initialModel(changed).build();

    assertEquals(
        ErrorCode.USAGE,
        assertThrows(PancreasException.class, () -> StartingPoint.of(options, PICTURES)).code());
  }

  @Test
  void anInitialModelOfAnotherNetworkIsRefused() {
    TrainOptions options =
        TrainOptions.builder()
            .initialModel(RandomModel.segmentation2024(List.of(2, 4, 4), 1))
            .build();

    PancreasException e =
        assertThrows(PancreasException.class, () -> StartingPoint.of(options, PICTURES));

    assertEquals(ErrorCode.USAGE, e.code());
    assertTrue(e.getMessage().contains("segmentation-2024"), e.getMessage());
  }

  private static ModelDescription with(ModelDescription model, Preprocessing preprocessing) {
    return new ModelDescription(
        model.id(),
        model.title(),
        model.network(),
        new SegmentationTask(preprocessing, model.postprocessing(), model.labels()),
        model.weightsFile(),
        model.weightsSha256(),
        model.licence(),
        model.credits(),
        model.metrics(),
        model.training());
  }

  @Test
  void aVolumesOwnRangeIsThatOfItsSlices() {
    try (TrainingCacheWriter writer = new TrainingCacheWriter(folder.resolve("cache"), 1, 2)) {
      short[][] slices = {{-50, 20}, {7, 900}};
      writer.add(
          TestCache.describe("a", "p"),
          2,
          z -> new LabelledSlice(1, 2, slices[z], new byte[] {0, 1}));
      writer.commit();
    }
    try (TrainingCache cache = TrainingCache.open(folder.resolve("cache"))) {
      StartingPoint start =
          StartingPoint.of(
              TrainOptions.builder().intensity(IntensityOptions.VOLUME).build(), cache.cases());
      IntensityWindows windows =
          IntensityWindows.of(cache, cache.cases(), start.preprocessing().intensity(), 2);

      assertEquals(Range.VOLUME, start.preprocessing().intensity().range());
      assertEquals(
          new IntensityWindow(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, -50, 900),
          windows.of(cache.cases().get(0)));
    }
  }

  private static Step step(TrainOptions options, List<CachedCase> cases) {
    return StartingPoint.of(options, cases).preprocessing().intensity().step();
  }

  private static CachedCase of(int minHu, int maxHu) {
    return new CachedCase(
        new CaseDescription(
            "c" + minHu, "p", CaseDescription.Kind.VOLUME, List.of(), minHu, maxHu, true),
        0,
        List.of(3),
        0);
  }
}
