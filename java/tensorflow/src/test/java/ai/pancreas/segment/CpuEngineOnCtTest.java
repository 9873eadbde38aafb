package ai.pancreas.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.pancreas.CtReader;
import ai.pancreas.Monitor;
import ai.pancreas.engine.Engine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.engine.Engines;
import ai.pancreas.internal.DirectFloats;
import ai.pancreas.kernel.Kernels;
import ai.pancreas.kernel.NativeLibrary;
import ai.pancreas.kernel.Size3;
import ai.pancreas.model.Model;
import ai.pancreas.model.ModelRepository;
import ai.pancreas.tensorflow.ReferenceNetwork;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The engine {@code cpu} against TensorFlow, with trained weights on a real CT. */
class CpuEngineOnCtTest {
  private static final Path CT =
      Path.of(System.getProperty("pancreas.fixtures")).resolve("ct-dicom/jpeg2000-lossless");
  private static final double TOLERANCE = 1e-4;

  private Model model;
  private Size3 size;
  private FloatBuffer slices;
  private FloatBuffer probability;

  @BeforeEach
  void runOnCt() {
    assumeTrue(NativeLibrary.isLoaded(), "no native library");
    assumeTrue(Files.isDirectory(CT), "fixtures are absent");
    model = new ModelRepository().find(ModelRepository.DEFAULT_ID);
    NetworkInput input =
        NetworkInput.of(
            CtReader.read(CT),
            model.description().preprocessing(),
            Kernels.best(),
            2,
            Monitor.NONE);
    size = input.size();
    slices = DirectFloats.allocate(size.count());
    NetworkInput.Workspace workspace = input.new Workspace();
    float[] slice = new float[size.y() * size.x()];
    for (int z = 0; z < size.z(); z++) {
      workspace.readSlice(z, slice);
      slices.slice(z * slice.length, slice.length).put(slice);
    }
    probability = run("cpu", slices, size);
  }

  @Test
  void equalsTensorFlowAndChangesNoVoxelOfTheMaskButTies() {
    FloatBuffer expected = run("tensorflow", slices, size);
    double threshold = model.description().postprocessing().threshold();
    double largest = 0;
    int above = 0;
    for (int i = 0; i < slices.capacity(); i++) {
      largest = Math.max(largest, Math.abs(expected.get(i) - probability.get(i)));
      above += expected.get(i) > threshold ? 1 : 0;
      if (expected.get(i) > threshold != probability.get(i) > threshold) {
        assertEquals(threshold, expected.get(i), TOLERANCE, "only ties may change the mask");
      }
    }
    assertTrue(largest <= TOLERANCE, "largest difference " + largest);
    assertTrue(above > 0, "the model must find something, or the mask says nothing");
  }

  /** One slice, because that is slow: the one where the model is most certain. */
  @Test
  void equalsTheDefinitionInFloat64() {
    int best = 0;
    for (int i = 0; i < probability.capacity(); i++) {
      best = probability.get(i) > probability.get(best) ? i : best;
    }
    int start = best / (size.y() * size.x()) * size.y() * size.x();
    double[][] slice = new double[size.y()][size.x()];
    for (int i = 0; i < size.y() * size.x(); i++) {
      slice[i / size.x()][i % size.x()] = slices.get(start + i);
    }
    double[][] expected =
        new ReferenceNetwork(model.description().network().filters(), model.weights()).run(slice);
    double largest = 0;
    double highest = 0;
    for (int i = 0; i < size.y() * size.x(); i++) {
      double value = expected[i / size.x()][i % size.x()];
      largest = Math.max(largest, Math.abs(value - probability.get(start + i)));
      highest = Math.max(highest, value);
    }
    assertTrue(largest <= TOLERANCE, "largest difference " + largest);
    assertTrue(highest > 0.5, "there must be something to find");
  }

  private FloatBuffer run(String name, FloatBuffer input, Size3 inputSize) {
    FloatBuffer result = DirectFloats.allocate(inputSize.count());
    try (Engine engine = new Engines().open(name, model, new EngineOptions(2))) {
      engine.run(input, inputSize.z(), inputSize.y(), inputSize.x(), result);
    }
    return result;
  }
}
