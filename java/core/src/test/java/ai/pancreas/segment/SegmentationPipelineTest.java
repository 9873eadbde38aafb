package ai.pancreas.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import ai.pancreas.engine.Engine;
import ai.pancreas.kernel.Filter;
import ai.pancreas.kernel.Filters3;
import ai.pancreas.kernel.Kernels;
import ai.pancreas.model.ModelDescription;
import ai.pancreas.model.NetworkDescription;
import ai.pancreas.model.Postprocessing;
import ai.pancreas.model.Preprocessing;
import ai.pancreas.model.Preprocessing.Intensity;
import ai.pancreas.model.Preprocessing.Range;
import ai.pancreas.model.Preprocessing.Step;
import ai.pancreas.model.SegmentationTask;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.HuSlice;
import ai.pancreas.volume.Mask;
import ai.pancreas.volume.Orientation;
import ai.pancreas.volume.Orientation.Direction;
import ai.pancreas.volume.VolumeSource;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pipeline with an engine whose answer can be computed by hand: (input + 1) / 2. */
class SegmentationPipelineTest {
  private static final Filters3 LINEAR_IN_PLANE =
      new Filters3(Filter.NONE, Filter.LINEAR, Filter.LINEAR);
  private static final Filters3 NEAREST =
      new Filters3(Filter.NEAREST, Filter.NEAREST, Filter.NEAREST);

  static Stream<Orientation> orientations() {
    List<Orientation> all = new ArrayList<>();
    for (Direction x : Direction.values()) {
      for (Direction y : Direction.values()) {
        for (Direction z : Direction.values()) {
          if (x.axis() != y.axis() && y.axis() != z.axis() && x.axis() != z.axis()) {
            all.add(new Orientation(x, y, z));
          }
        }
      }
    }
    assertEquals(48, all.size());
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("orientations")
  void theMaskLiesWhereTheBrightVoxelsAreInEveryOrientation(Orientation orientation) {
    CtVolume axial = ramp(Grid.axial(12, 10, 7, 0.7, 0.8, 2.5));
    CtVolume turned = axial.reorientedTo(orientation);
    Preprocessing sameSize =
        new Preprocessing(
            Orientation.LPS,
            0,
            10,
            12,
            LINEAR_IN_PLANE,
            window(Step.BEFORE_RESAMPLING),
            Preprocessing.LOWEST_INPUT);
    Mask mask = segment(turned, sameSize, LINEAR_IN_PLANE, 0.5);
    assertTrue(mask.grid().matches(turned.grid(), 0));
    for (int z = 0; z < mask.grid().nz(); z++) {
      for (int y = 0; y < mask.grid().ny(); y++) {
        for (int x = 0; x < mask.grid().nx(); x++) {
          assertEquals(turned.hu(x, y, z) > 127.5, mask.at(x, y, z));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("orientations")
  void resamplingGivesTheSameProbabilityInEveryOrientation(Orientation orientation) {
    CtVolume axial = ramp(Grid.axial(12, 10, 7, 0.7, 0.8, 2.5));
    CtVolume turned = axial.reorientedTo(orientation);
    Filters3 linear = new Filters3(Filter.LINEAR, Filter.LINEAR, Filter.LINEAR);
    Preprocessing preprocessing =
        new Preprocessing(
            Orientation.LPS,
            5,
            8,
            16,
            linear,
            window(Step.BEFORE_RESAMPLING),
            Preprocessing.LOWEST_INPUT);
    ProbabilityMap expected = probability(axial, preprocessing, linear, Monitor.NONE);
    ProbabilityMap actual = probability(turned, preprocessing, linear, Monitor.NONE);
    float[][] expectedSlices = new float[7][120];
    for (int z = 0; z < 7; z++) {
      expected.readSlice(z, expectedSlices[z]);
    }
    float[] actualSlice = new float[turned.grid().sliceSize()];
    for (int z = 0; z < turned.grid().nz(); z++) {
      actual.readSlice(z, actualSlice);
      for (int y = 0; y < turned.grid().ny(); y++) {
        for (int x = 0; x < turned.grid().nx(); x++) {
          var index = axial.grid().toIndex(turned.grid().toPatient(x, y, z));
          int voxel = (int) Math.round(index.y()) * 12 + (int) Math.round(index.x());
          // The axes are resampled in another order: a few roundings of 6e-8 apart.
          assertEquals(
              expectedSlices[(int) Math.round(index.z())][voxel],
              actualSlice[y * turned.grid().nx() + x],
              1e-6,
              orientation::toString);
        }
      }
    }
  }

  @Test
  void aVolumeScaledByItsOwnRangeReachesBothEnds() {
    Preprocessing reference =
        new Preprocessing(
            Orientation.LPS,
            3,
            4,
            4,
            NEAREST,
            new Intensity(
                Step.AFTER_RESAMPLING,
                Double.NEGATIVE_INFINITY,
                Double.POSITIVE_INFINITY,
                Range.VOLUME),
            Preprocessing.LOWEST_INPUT);
    CtVolume ct = ramp(Grid.axial(8, 8, 6, 1, 1, 1));
    NetworkInput input = NetworkInput.of(ct, reference, Kernels.reference(), 2, Monitor.NONE);
    float min = Float.MAX_VALUE;
    float max = -Float.MAX_VALUE;
    float[] slice = new float[16];
    NetworkInput.Workspace workspace = input.new Workspace();
    for (int z = 0; z < 3; z++) {
      workspace.readSlice(z, slice);
      for (int i = 0; i < 16; i++) {
        // Nearest neighbour: the middle of each pair, floor((i + 0.5) * 2) = 2 i + 1.
        float hu = ct.hu(2 * (i % 4) + 1, 2 * (i / 4) + 1, 2 * z + 1);
        float low = ct.hu(1, 1, 1);
        float high = ct.hu(7, 7, 5);
        assertEquals(2 * (hu - low) / (high - low) - 1, slice[i], 1e-6);
        min = Math.min(min, slice[i]);
        max = Math.max(max, slice[i]);
      }
    }
    assertEquals(-1, min);
    assertEquals(1, max);
  }

  @Test
  void aVolumeWithoutContrastIsRefused() {
    Preprocessing reference =
        new Preprocessing(
            Orientation.LPS,
            2,
            2,
            2,
            NEAREST,
            new Intensity(Step.AFTER_RESAMPLING, -1024, 1024, Range.VOLUME),
            Preprocessing.LOWEST_INPUT);
    CtVolume flat =
        new CtVolume(
            Grid.axial(4, 4, 1, 1, 1, 1),
            List.of(HuSlice.ofFloats(new float[16])),
            VolumeSource.SYNTHETIC);
    PancreasException error =
        assertThrows(PancreasException.class, () -> segment(flat, reference, NEAREST, 0.5));
    assertEquals(ErrorCode.BAD_DATA, error.code());
  }

  @Test
  void theMaskIsWhereTheProbabilityThatUsersReadIsAboveTheThreshold() {
    CtVolume ct = ramp(Grid.axial(31, 29, 5, 0.7, 0.7, 3));
    Preprocessing preprocessing =
        new Preprocessing(
            Orientation.LPS,
            0,
            16,
            16,
            LINEAR_IN_PLANE,
            window(Step.BEFORE_RESAMPLING),
            Preprocessing.LOWEST_INPUT);
    ProbabilityMap probability = probability(ct, preprocessing, LINEAR_IN_PLANE, Monitor.NONE);
    Mask mask = segment(ct, preprocessing, LINEAR_IN_PLANE, 0.37);
    float[] slice = new float[31 * 29];
    for (int z = 0; z < 5; z++) {
      probability.readSlice(z, slice);
      for (int i = 0; i < slice.length; i++) {
        assertEquals(slice[i] > 0.37, mask.at(i % 31, i / 31, z));
      }
    }
  }

  @Test
  void cancellingStopsBeforeTheNextGroup() {
    AtomicBoolean cancelled = new AtomicBoolean();
    Monitor monitor =
        new Monitor() {
          @Override
          public void progress(Stage stage, long done, long total) {
            cancelled.set(true);
          }

          @Override
          public boolean isCancelled() {
            return cancelled.get();
          }
        };
    CtVolume ct = ramp(Grid.axial(8, 8, 40, 1, 1, 1));
    Preprocessing preprocessing =
        new Preprocessing(
            Orientation.LPS,
            0,
            8,
            8,
            LINEAR_IN_PLANE,
            window(Step.BEFORE_RESAMPLING),
            Preprocessing.LOWEST_INPUT);
    assertThrows(
        CancellationException.class,
        () -> probability(ct, preprocessing, LINEAR_IN_PLANE, monitor));
  }

  @Test
  void aNetworkThatReturnsNoNumberIsAModelError() {
    CtVolume ct = ramp(Grid.axial(8, 8, 3, 1, 1, 1));
    Preprocessing preprocessing =
        new Preprocessing(
            Orientation.LPS,
            0,
            8,
            8,
            LINEAR_IN_PLANE,
            window(Step.BEFORE_RESAMPLING),
            Preprocessing.LOWEST_INPUT);
    Engine broken =
        new LinearEngine() {
          @Override
          public void run(
              FloatBuffer input,
              int slices,
              int rows,
              int columns,
              FloatBuffer probability,
              Monitor monitor) {
            probability.put(0, Float.NaN);
          }
        };
    SegmentationPipeline pipeline =
        new SegmentationPipeline(
            description(preprocessing, LINEAR_IN_PLANE), broken, Kernels.reference(), 1);
    PancreasException error =
        assertThrows(PancreasException.class, () -> pipeline.probability(ct, Monitor.NONE));
    assertEquals(ErrorCode.MODEL, error.code());
  }

  private static Mask segment(
      CtVolume ct, Preprocessing preprocessing, Filters3 back, double threshold) {
    SegmentationPipeline pipeline = pipeline(preprocessing, back);
    return pipeline.mask(pipeline.probability(ct, Monitor.NONE), threshold, false, Monitor.NONE);
  }

  private static ProbabilityMap probability(
      CtVolume ct, Preprocessing preprocessing, Filters3 back, Monitor monitor) {
    return pipeline(preprocessing, back).probability(ct, monitor);
  }

  private static SegmentationPipeline pipeline(Preprocessing preprocessing, Filters3 back) {
    return new SegmentationPipeline(
        description(preprocessing, back), new LinearEngine(), Kernels.reference(), 2);
  }

  private static ModelDescription description(Preprocessing preprocessing, Filters3 back) {
    return new ModelDescription(
        "linear",
        "a test",
        new NetworkDescription(NetworkDescription.SEGMENTATION_2021, List.of(8, 16)),
        new SegmentationTask(
            preprocessing, new Postprocessing(back, 0.5, false), Map.of(1, "pancreas")),
        "none",
        "",
        "none",
        List.of(),
        List.of(),
        Map.of());
  }

  private static Intensity window(Step step) {
    return new Intensity(step, 0, 255, Range.WINDOW);
  }

  /** Values from 0 to 255 HU, all different, that grow with x, y and z. */
  private static CtVolume ramp(Grid grid) {
    List<HuSlice> slices = new ArrayList<>();
    for (int z = 0; z < grid.nz(); z++) {
      float[] hu = new float[grid.sliceSize()];
      for (int i = 0; i < hu.length; i++) {
        hu[i] = 255f * (z * hu.length + i) / (grid.voxelCount() - 1);
      }
      slices.add(HuSlice.ofFloats(hu));
    }
    return new CtVolume(grid, slices, VolumeSource.SYNTHETIC);
  }

  private static class LinearEngine implements Engine {
    @Override
    public String name() {
      return "linear";
    }

    @Override
    public int preferredSlices() {
      return 3;
    }

    @Override
    public void run(
        FloatBuffer input,
        int slices,
        int rows,
        int columns,
        FloatBuffer probability,
        Monitor monitor) {
      for (int i = 0; i < slices * rows * columns; i++) {
        probability.put(i, (input.get(i) + 1) / 2);
      }
    }

    @Override
    public void close() {}
  }
}
