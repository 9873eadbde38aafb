package ai.pancreas.engine.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import ai.pancreas.engine.Engine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.engine.Engines;
import ai.pancreas.engine.Precision;
import ai.pancreas.kernel.Filter;
import ai.pancreas.kernel.Filters3;
import ai.pancreas.kernel.Kernels;
import ai.pancreas.model.Model;
import ai.pancreas.model.ModelDescription;
import ai.pancreas.model.NetworkDescription;
import ai.pancreas.model.Postprocessing;
import ai.pancreas.model.Preprocessing;
import ai.pancreas.model.Preprocessing.Intensity;
import ai.pancreas.model.Preprocessing.Range;
import ai.pancreas.model.Preprocessing.Step;
import ai.pancreas.model.SegmentationTask;
import ai.pancreas.model.Tensor;
import ai.pancreas.model.TensorShape;
import ai.pancreas.model.Weights;
import ai.pancreas.segment.SegmentationPipeline;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.HuSlice;
import ai.pancreas.volume.Mask;
import ai.pancreas.volume.Orientation;
import ai.pancreas.volume.VolumeSource;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Skipped without the library for GPUs, emulated or real, or without a GPU. */
class CudaEngineTest {
  private static final int ROWS = 32;
  private static final int COLUMNS = 48;
  private static final int SLICES = 5;
  private static final Filters3 LINEAR_IN_PLANE =
      new Filters3(Filter.NONE, Filter.LINEAR, Filter.LINEAR);
  private static final Filters3 NEAREST =
      new Filters3(Filter.NEAREST, Filter.NEAREST, Filter.NEAREST);
  private static final Intensity WINDOW =
      new Intensity(Step.BEFORE_RESAMPLING, -100, 240, Range.WINDOW);

  @BeforeAll
  static void requireGpu() {
    assumeTrue(CudaLibrary.unavailable().isEmpty(), CudaLibrary.unavailable().orElse(""));
  }

  /** Float32 differs from the CPU by the order of sums; the others by the rounding of factors. */
  @ParameterizedTest
  @EnumSource(Precision.class)
  void agreesWithTheCpu(Precision precision) {
    Model model = model(Orientation.LPS, WINDOW);
    float[] input = new float[SLICES * ROWS * COLUMNS];
    Random random = new Random(1);
    for (int i = 0; i < input.length; i++) {
      input[i] = 2 * random.nextFloat() - 1;
    }
    float[] expected = run("cpu", model, new EngineOptions(1), FloatBuffer.wrap(input));

    float[] actual = run("cuda", model, new EngineOptions(1, precision), FloatBuffer.wrap(input));

    assertArrayEquals(expected, actual, precision == Precision.FLOAT32 ? 1e-5f : 2e-2f);
  }

  private static float[] run(String name, Model model, EngineOptions options, FloatBuffer input) {
    FloatBuffer probability = FloatBuffer.allocate(input.capacity());
    try (Engine engine = new Engines().open(name, model, options)) {
      engine.run(input, SLICES, ROWS, COLUMNS, probability);
    }
    return probability.array();
  }

  /** Windowing and resampling give the CPU's bits; what remains is the network's 1e-5. */
  @ParameterizedTest
  @CsvSource({"LPS", "RAS", "LIP", "PIR", "IAR"})
  void aWholeCtIsWhatTheStepsGive(String orientation) {
    for (Intensity intensity :
        List.of(
            WINDOW,
            new Intensity(Step.AFTER_RESAMPLING, -1024, 900, Range.VOLUME),
            new Intensity(Step.BEFORE_RESAMPLING, -1024, 900, Range.VOLUME))) {
      Model model = model(Orientation.parse(orientation), intensity);
      CtVolume ct = ct(true);
      SegmentationPipeline.Result steps = segment("cpu", model, ct, Monitor.NONE);
      AtomicLong told = new AtomicLong();

      SegmentationPipeline.Result whole =
          segment("cuda", model, ct, (stage, done, total) -> told.set(done));

      compare(steps, whole);
      assertTrue(told.get() >= 0);
    }
  }

  @Test
  void aCtThatIsNoArrayOf16BitNumbersGoesStepByStep() {
    Model model = model(Orientation.LPS, WINDOW);
    compare(
        segment("cpu", model, ct(false), Monitor.NONE),
        segment("cuda", model, ct(false), Monitor.NONE));
    CtVolume turned = ct(true).reorientedTo(Orientation.parse("RAS"));
    compare(
        segment("cpu", model, turned, Monitor.NONE), segment("cuda", model, turned, Monitor.NONE));
  }

  @Test
  void numbersThatHalfPrecisionDoesNotHoldAreRefusedThere() {
    Model model = model(Orientation.LPS, WINDOW);
    FloatBuffer input = FloatBuffer.allocate(SLICES * ROWS * COLUMNS);
    input.put(ROWS * COLUMNS + 100, 1e6f);

    PancreasException e =
        assertThrows(
            PancreasException.class,
            () -> run("cuda", model, new EngineOptions(1, Precision.FLOAT16), input));
    assertEquals(ErrorCode.MODEL, e.code());
    assertTrue(e.getMessage().contains("tf32"), e.getMessage());
    run("cuda", model, new EngineOptions(1, Precision.TF32), input);
  }

  @Test
  void aCtWithoutRangeIsRefused() {
    Grid grid = Grid.axial(20, 20, 4, 1, 1, 1);
    List<HuSlice> slices = new ArrayList<>();
    for (int z = 0; z < 4; z++) {
      slices.add(HuSlice.ofShorts(new short[400], 1, -1024));
    }
    CtVolume ct = new CtVolume(grid, slices, VolumeSource.SYNTHETIC);
    Model model =
        model(
            Orientation.LPS,
            new Intensity(
                Step.AFTER_RESAMPLING,
                Double.NEGATIVE_INFINITY,
                Double.POSITIVE_INFINITY,
                Range.VOLUME));

    PancreasException e =
        assertThrows(PancreasException.class, () -> segment("cuda", model, ct, Monitor.NONE));

    assertEquals(ErrorCode.BAD_DATA, e.code());
  }

  @Test
  void canBeCancelled() {
    Monitor cancelled =
        new Monitor() {
          @Override
          public void progress(Stage stage, long done, long total) {}

          @Override
          public boolean isCancelled() {
            return true;
          }
        };
    // The flag is polled: a run may be over before it is seen, but not a dozen of them.
    assertThrows(
        CancellationException.class,
        () -> {
          for (int i = 0; i < 12; i++) {
            segment("cuda", model(Orientation.LPS, WINDOW), ct(true), cancelled);
          }
        });
  }

  @Test
  void aClosedEngineIsRefused() {
    Engine engine =
        new Engines().open("cuda", model(Orientation.LPS, WINDOW), new EngineOptions(1));
    engine.close();
    engine.close();
    FloatBuffer slice = FloatBuffer.allocate(ROWS * COLUMNS);
    assertThrows(
        IllegalStateException.class, () -> engine.run(slice, 1, ROWS, COLUMNS, slice.duplicate()));
  }

  private static SegmentationPipeline.Result segment(
      String name, Model model, CtVolume ct, Monitor monitor) {
    try (Engine engine = new Engines().open(name, model, new EngineOptions(2, Precision.FLOAT32))) {
      return new SegmentationPipeline(model.description(), engine, Kernels.best(), 2)
          .segment(ct, 0.5, false, monitor);
    }
  }

  private static void compare(
      SegmentationPipeline.Result expected, SegmentationPipeline.Result actual) {
    Grid grid = expected.mask().grid();
    assertEquals(grid, actual.mask().grid());
    float[] one = new float[grid.sliceSize()];
    float[] other = new float[grid.sliceSize()];
    byte[] oneMask = new byte[grid.sliceSize()];
    byte[] otherMask = new byte[grid.sliceSize()];
    for (int z = 0; z < grid.nz(); z++) {
      expected.probability().readSlice(z, one);
      actual.probability().readSlice(z, other);
      assertArrayEquals(one, other, 1e-5f);
      expected.mask().readSlice(z, oneMask);
      actual.mask().readSlice(z, otherMask);
      for (int i = 0; i < oneMask.length; i++) {
        assertTrue(oneMask[i] == otherMask[i] || Math.abs(one[i] - 0.5) < 1e-5);
      }
    }
    Mask mask = actual.mask();
    assertTrue(mask.voxelCount() > 0 && mask.voxelCount() < grid.voxelCount());
  }

  /** A CT of noise, held as 16-bit numbers with another rescale in each slice, or as floats. */
  private static CtVolume ct(boolean shorts) {
    Grid grid = Grid.axial(40, 36, 6, 0.8, 0.9, 3);
    Random random = new Random(2);
    List<HuSlice> slices = new ArrayList<>();
    for (int z = 0; z < grid.nz(); z++) {
      short[] stored = new short[grid.sliceSize()];
      float[] hu = new float[stored.length];
      for (int i = 0; i < stored.length; i++) {
        stored[i] = (short) (1024 + 200 * random.nextGaussian());
        hu[i] = stored[i] - 1024.5f;
      }
      slices.add(shorts ? HuSlice.ofShorts(stored, 1 + 0.01 * z, -1024 - z) : HuSlice.ofFloats(hu));
    }
    return new CtVolume(grid, slices, VolumeSource.SYNTHETIC);
  }

  private static Model model(Orientation orientation, Intensity intensity) {
    boolean volume = intensity.range() == Range.VOLUME;
    Filters3 filters = volume ? NEAREST : LINEAR_IN_PLANE;
    NetworkDescription network =
        new NetworkDescription(NetworkDescription.SEGMENTATION_2021, List.of(8, 8, 16));
    return new Model(
        new ModelDescription(
            "random",
            "random weights",
            network,
            new SegmentationTask(
                new Preprocessing(
                    orientation,
                    volume ? 7 : 0,
                    ROWS,
                    COLUMNS,
                    filters,
                    intensity,
                    Preprocessing.LOWEST_INPUT),
                new Postprocessing(filters, 0.5, false),
                Map.of(1, "pancreas")),
            "weights.hdf5",
            "",
            "",
            List.of(),
            List.of(),
            Map.of()),
        weights(network));
  }

  /** Random weights, centred at the head so that probabilities lie around one half. */
  private static Weights weights(NetworkDescription network) {
    Random random = new Random(3);
    List<Tensor> tensors = new ArrayList<>();
    for (TensorShape tensor : network.tensors()) {
      int count = tensor.shape().stream().reduce(1, (a, b) -> a * b);
      float[] values = new float[count];
      if (tensor.shape().size() > 1) {
        int out = tensor.shape().get(tensor.shape().size() - 1);
        double scale = Math.sqrt(2.0 * out / count);
        for (int i = 0; i < count; i++) {
          values[i] = (float) (scale * random.nextGaussian());
        }
      } else {
        Arrays.fill(values, 0);
      }
      tensors.add(new Tensor(tensor.name(), tensor.shape(), values));
    }
    return new Weights(tensors);
  }
}
