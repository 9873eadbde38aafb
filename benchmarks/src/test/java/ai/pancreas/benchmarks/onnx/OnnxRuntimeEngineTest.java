package ai.pancreas.benchmarks.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.pancreas.engine.Engine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.engine.Engines;
import ai.pancreas.model.Model;
import ai.pancreas.model.ModelRepository;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is compared for speed must compute the same. */
class OnnxRuntimeEngineTest {
  /** What every engine may differ by from the others. */
  private static final double TOLERANCE = 1e-4;

  @Test
  void equalsTensorFlowOnRandomInput() {
    Model model = new ModelRepository().find(ModelRepository.DEFAULT_ID);
    int slices = 9; // one more than a group
    int rows = 32;
    int columns = 64;
    float[] input = new float[slices * rows * columns];
    Random random = new Random(1);
    for (int i = 0; i < input.length; i++) {
      input[i] = random.nextFloat() * 2 - 1;
    }

    float[] expected = run("tensorflow", model, input, slices, rows, columns);
    float[] actual = run(OnnxRuntimeEngineProvider.NAME, model, input, slices, rows, columns);

    assertNear(expected, actual);
  }

  @Test
  void equalsTheReferenceProjectsNetworkAndTensorFlow() throws IOException {
    Path folder = Path.of(System.getProperty("pancreas.fixtures", "")).resolve("segmentation-2021");
    assumeTrue(Files.exists(folder.resolve("weights.hdf5")), "no fixtures");
    int rows = 64;
    int columns = 48;
    int slices = 5;
    int sliceSize = rows * columns;
    // Both files are [row][column][slice][channel]; the output's channels are background, pancreas.
    float[] storedInput = floats(folder.resolve("input.f32"));
    float[] storedOutput = floats(folder.resolve("output.f32"));
    float[] input = new float[storedInput.length];
    float[] expected = new float[storedInput.length];
    for (int i = 0; i < input.length; i++) {
      int place = i % slices * sliceSize + i / slices;
      input[place] = storedInput[i];
      expected[place] = storedOutput[2 * i + 1];
    }
    Model model = new ModelRepository().find(folder.resolve("weights.hdf5").toString());

    float[] actual = run(OnnxRuntimeEngineProvider.NAME, model, input, slices, rows, columns);

    assertNear(expected, actual);
    assertNear(run("tensorflow", model, input, slices, rows, columns), actual);
  }

  private static void assertNear(float[] expected, float[] actual) {
    double spread = 0;
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], TOLERANCE, "voxel " + i);
      spread = Math.max(spread, Math.abs(expected[i] - expected[0]));
    }
    assertTrue(spread > 100 * TOLERANCE, "probabilities must differ to tell networks apart");
  }

  private static float[] run(
      String engine, Model model, float[] input, int slices, int rows, int columns) {
    try (Engine opened = new Engines().open(engine, model, new EngineOptions(2))) {
      FloatBuffer output = direct(input.length);
      opened.run(direct(input.length).put(0, input), slices, rows, columns, output);
      float[] values = new float[input.length];
      output.get(0, values);
      return values;
    }
  }

  private static FloatBuffer direct(int count) {
    return ByteBuffer.allocateDirect(count * Float.BYTES)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  private static float[] floats(Path file) throws IOException {
    FloatBuffer buffer =
        ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }
}
