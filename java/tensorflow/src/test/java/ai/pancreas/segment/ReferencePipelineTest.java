package ai.pancreas.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.pancreas.CtReader;
import ai.pancreas.Monitor;
import ai.pancreas.Segmentation;
import ai.pancreas.Segmenter;
import ai.pancreas.engine.Engine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.engine.Engines;
import ai.pancreas.internal.DirectFloats;
import ai.pancreas.kernel.Kernels;
import ai.pancreas.model.Model;
import ai.pancreas.model.ModelRepository;
import ai.pancreas.nifti.NiftiReader;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.Mask;
import ai.pancreas.volume.Orientation;
import ai.pancreas.volume.Reorientation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The whole way from DICOM slices to the mask, against what the reference project's own program
 * computed from the same slices and weights.
 */
class ReferencePipelineTest {
  private static final Path FIXTURES = Path.of(System.getProperty("pancreas.fixtures"));
  private static final Path EXPECTED = FIXTURES.resolve("ct-dicom/segmentation-2021");
  private static final int SIZE = 160;
  // The recorded arrays hold every 4th row and column and every 8th slice of 160^3.
  private static final int STEP = 4;
  private static final int SLICE_STEP = 8;

  private CtVolume ct;

  @BeforeEach
  void readCt() {
    assumeTrue(Files.isDirectory(EXPECTED), "fixtures are absent");
    ct = CtReader.read(FIXTURES.resolve("ct-dicom/jpeg2000-lossless"));
  }

  @ParameterizedTest
  @CsvSource({
    "tensorflow, weights.hdf5",
    "tensorflow, weights-keras3.h5",
    "cpu, weights.hdf5",
    "cpu, weights-keras3.h5"
  })
  void inputProbabilityAndMaskEqualTheReference(String name, String file) throws IOException {
    assumeTrue(
        name.equals("tensorflow") || Boolean.getBoolean("pancreas.expectNative"),
        "built without the native library");
    String weights = FIXTURES.resolve("segmentation-2021").resolve(file).toString();
    Model model = new ModelRepository().find(weights);
    NetworkInput input =
        NetworkInput.of(ct, model.description().preprocessing(), Kernels.best(), 2, Monitor.NONE);
    FloatBuffer slices = sampledSlices(input);
    compare(slices, read("input-sampled.f32"), 1e-6);

    FloatBuffer probability = DirectFloats.allocate(slices.capacity());
    try (Engine engine = new Engines().open(name, model, new EngineOptions(2))) {
      engine.run(slices, SIZE / SLICE_STEP, SIZE, SIZE, probability);
    }
    compare(probability, read("probability-sampled.f32"), 1e-4);

    try (Segmenter segmenter = Segmenter.builder().model(weights).engine(name).build()) {
      compareMask(segmenter.segment(ct));
    }
  }

  private static FloatBuffer sampledSlices(NetworkInput input) {
    FloatBuffer slices = DirectFloats.allocate(SIZE / SLICE_STEP * SIZE * SIZE);
    NetworkInput.Workspace workspace = input.new Workspace();
    float[] slice = new float[SIZE * SIZE];
    for (int z = 0; z < SIZE; z += SLICE_STEP) {
      workspace.readSlice(z, slice);
      slices.slice(z / SLICE_STEP * slice.length, slice.length).put(slice);
    }
    return slices;
  }

  /** Compares [slice][row][column] with the recorded [row][column][slice]. */
  private static void compare(FloatBuffer actual, float[] expected, double tolerance) {
    int index = 0;
    for (int row = 0; row < SIZE; row += STEP) {
      for (int column = 0; column < SIZE; column += STEP) {
        for (int slice = 0; slice < SIZE / SLICE_STEP; slice++) {
          assertEquals(
              expected[index++], actual.get((slice * SIZE + row) * SIZE + column), tolerance);
        }
      }
    }
    assertEquals(expected.length, index);
  }

  /** Every voxel is the same, but for those whose two probabilities tie: half within 1e-4. */
  private void compareMask(Segmentation result) {
    Mask expected =
        NiftiReader.readMask(EXPECTED.resolve("mask-row-column-slice.nii.gz"), Monitor.NONE);
    Reorientation toLps =
        Reorientation.between(Orientation.of(result.mask().grid()), Orientation.LPS);
    Mask actual = result.mask().reoriented(toLps);
    assertEquals(expected.grid().nx(), actual.grid().ny());
    assertEquals(expected.grid().ny(), actual.grid().nx());
    assertEquals(expected.grid().nz(), actual.grid().nz());
    assertEquals(Reorientation.IDENTITY, toLps, "the series is axial, so its order is LPS already");
    float[] probability = new float[actual.grid().sliceSize()];
    long different = 0;
    for (int z = 0; z < actual.grid().nz(); z++) {
      result.probability().readSlice(z, probability);
      for (int row = 0; row < actual.grid().ny(); row++) {
        for (int column = 0; column < actual.grid().nx(); column++) {
          if (expected.at(row, column, z) != actual.at(column, row, z)) {
            different++;
            assertEquals(0.5, probability[row * actual.grid().nx() + column], 1e-4);
          }
        }
      }
    }
    assertTrue(different <= actual.grid().voxelCount() / 1000, different + " voxels differ");
  }

  private static float[] read(String file) throws IOException {
    FloatBuffer values =
        ByteBuffer.wrap(Files.readAllBytes(EXPECTED.resolve(file)))
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    float[] array = new float[values.remaining()];
    values.get(array);
    return array;
  }
}
