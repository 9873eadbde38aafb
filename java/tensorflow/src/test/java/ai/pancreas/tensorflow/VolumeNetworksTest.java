package ai.pancreas.tensorflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import ai.pancreas.engine.ClassificationEngine;
import ai.pancreas.engine.Engine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.engine.Engines;
import ai.pancreas.model.Model;
import ai.pancreas.model.ModelRepository;
import ai.pancreas.model.Tensor;
import ai.pancreas.model.Weights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VolumeNetworksTest {
  /** What every engine may differ by from the network's definition. */
  private static final double TOLERANCE = 1e-4;

  private static final EngineOptions TWO_THREADS = new EngineOptions(2);

  /** Levels with the filters of the one before have no shortcut convolution. */
  @ParameterizedTest
  @ValueSource(strings = {"4,8,12", "6,6,4,8", "3,5"})
  void classificationEqualsItsDefinitionInFloat64(String filterList) {
    List<Integer> filters = numbers(filterList);
    List<Integer> size = List.of(8, 16, 24);
    Model model = RandomModel.classification2024(filters, size, 1);
    double least = 1;
    double most = 0;
    try (ClassificationEngine engine =
        new TensorFlowEngineProvider().openClassifier(model, TWO_THREADS)) {
      for (int seed = 0; seed < 3; seed++) {
        float[] region = random(8 * 16 * 24, seed);
        double logit =
            ReferenceVolumeNetwork.inference(filters, model.weights())
                .classify(doubles(region), 1, 8, 16, 24)[0];
        double expected = 1 / (1 + Math.exp(-logit));
        assertEquals(expected, engine.probability(FloatBuffer.wrap(region)), TOLERANCE);
        least = Math.min(least, expected);
        most = Math.max(most, expected);
      }
    }
    assertTrue(most - least > 10 * TOLERANCE, least + " to " + most);
  }

  @ParameterizedTest
  @ValueSource(strings = {"4,6,8", "2,4,4,6"})
  void segmentationEqualsItsDefinitionInFloat64(String filterList) {
    List<Integer> filters = numbers(filterList);
    Model model = RandomModel.segmentation2024(filters, 2);
    float[] input = random(8 * 16 * 24, 3);
    float[] actual = new float[input.length];
    try (Engine engine = new TensorFlowEngineProvider().open(model, TWO_THREADS)) {
      engine.run(FloatBuffer.wrap(input), 8, 16, 24, FloatBuffer.wrap(actual));
    }
    double[] expected =
        ReferenceVolumeNetwork.inference(filters, model.weights())
            .segment(doubles(input), 8, 16, 24);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], TOLERANCE);
    }
    double spread =
        Arrays.stream(expected).max().orElseThrow() - Arrays.stream(expected).min().orElseThrow();
    assertTrue(spread > 0.05, "the probabilities hardly vary: " + spread);
  }

  @Test
  void classificationEqualsTheReferenceProjectsNetwork() throws IOException {
    Path folder = fixture("classification-2024");
    float[] stored = floats(folder.resolve("input.f32"));
    float[] expected = floats(folder.resolve("output.f32"));
    Model model = new ModelRepository().find(folder.resolve("weights.keras").toString());
    try (ClassificationEngine engine =
        new Engines().openClassifier("tensorflow", model, TWO_THREADS)) {
      for (int i = 0; i < expected.length; i++) {
        assertEquals(
            expected[i], engine.probability(slicesFirst(stored, i, 32)), TOLERANCE, "input " + i);
      }
    }
  }

  @Test
  void classificationOfARealRegionEqualsTheReferenceProjects() throws IOException {
    Path folder = fixture("classification-2024").resolve("reference-96");
    Model model = new ModelRepository().find(folder.resolve("weights.keras").toString());
    float[] region = floats(folder.resolve("region.f32"));
    try (ClassificationEngine engine =
        new Engines().openClassifier("tensorflow", model, TWO_THREADS)) {
      // From the fixture's meta.json.
      assertEquals(0.5986877083778381, engine.probability(slicesFirst(region, 0, 96)), TOLERANCE);
    }
  }

  @Test
  void segmentationEqualsTheReferenceProjectsNetwork() throws IOException {
    Path folder = fixture("segmentation-2024");
    float[] stored = floats(folder.resolve("input.f32"));
    FloatBuffer expected = slicesFirst(ofPancreas(floats(folder.resolve("output.f32"))), 0, 32);
    float[] actual = new float[stored.length];
    Model model = new ModelRepository().find(folder.resolve("weights.keras").toString());
    try (Engine engine = new Engines().open("tensorflow", model, TWO_THREADS)) {
      engine.run(slicesFirst(stored, 0, 32), 32, 32, 32, FloatBuffer.wrap(actual));
    }
    for (int i = 0; i < actual.length; i++) {
      assertEquals(expected.get(i), actual[i], TOLERANCE);
    }
  }

  @Test
  void runInManyThreadsAtOnce() throws Exception {
    Model model = RandomModel.classification2024(List.of(4, 6), List.of(8, 8, 8), 4);
    List<FloatBuffer> regions =
        IntStream.range(0, 12).mapToObj(i -> FloatBuffer.wrap(random(512, i))).toList();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (ClassificationEngine engine =
        new TensorFlowEngineProvider().openClassifier(model, TWO_THREADS)) {
      List<Double> expected = regions.stream().map(engine::probability).toList();
      List<Future<Double>> results =
          regions.stream().map(x -> threads.submit(() -> engine.probability(x))).toList();
      for (int i = 0; i < results.size(); i++) {
        assertEquals(expected.get(i), results.get(i).get(), 1e-6);
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void refuseWhatDoesNotFit() {
    FloatBuffer buffer = FloatBuffer.allocate(511);
    Model classification = RandomModel.classification2024(List.of(2, 2), List.of(8, 8, 8), 5);
    try (ClassificationEngine engine =
        new TensorFlowEngineProvider().openClassifier(classification, TWO_THREADS)) {
      assertThrows(IllegalArgumentException.class, () -> engine.probability(buffer));
    }
    Model segmentation = RandomModel.segmentation2024(List.of(2, 2, 2), 5);
    try (Engine engine = new TensorFlowEngineProvider().open(segmentation, TWO_THREADS)) {
      assertThrows(IllegalArgumentException.class, () -> engine.run(buffer, 8, 8, 8, buffer));
      assertThrows(IllegalArgumentException.class, () -> engine.run(buffer, 2, 8, 8, buffer));
      assertThrows(IllegalArgumentException.class, () -> engine.run(buffer, 0, 8, 8, buffer));
      assertThrows(
          IllegalArgumentException.class,
          () -> engine.run(buffer, 1 << 30, 1 << 30, 1 << 30, buffer));
    }
  }

  @Test
  void weightsThatGiveNoNumberAreAnErrorOfTheModel() {
    Model model = RandomModel.classification2024(List.of(2, 2), List.of(4, 4, 4), 6);
    List<Tensor> tensors =
        model.weights().tensors().stream()
            .map(
                tensor ->
                    tensor.name().equals("dense/bias")
                        ? new Tensor(tensor.name(), tensor.shape(), new float[] {Float.NaN})
                        : tensor)
            .toList();
    Model broken = new Model(model.description(), new Weights(tensors));
    try (ClassificationEngine engine =
        new TensorFlowEngineProvider().openClassifier(broken, TWO_THREADS)) {
      PancreasException error =
          assertThrows(PancreasException.class, () -> engine.probability(FloatBuffer.allocate(64)));
      assertEquals(ErrorCode.MODEL, error.code());
      assertEquals(1, error.getMessage().lines().count());
    }
  }

  @Test
  void aModelForAnotherJobIsAnError() {
    TensorFlowEngineProvider provider = new TensorFlowEngineProvider();
    Model classification = RandomModel.classification2024(List.of(2, 2), List.of(4, 4, 4), 9);
    Model segmentation = RandomModel.segmentation2024(List.of(2, 2, 2), 9);
    assertEquals(
        ErrorCode.MODEL,
        assertThrows(PancreasException.class, () -> provider.open(classification, TWO_THREADS))
            .code());
    assertEquals(
        ErrorCode.MODEL,
        assertThrows(
                PancreasException.class, () -> provider.openClassifier(segmentation, TWO_THREADS))
            .code());
  }

  @Test
  void aCancelledVolumeIsNotRun() {
    Model model = RandomModel.segmentation2024(List.of(2, 2, 2), 7);
    FloatBuffer output = FloatBuffer.allocate(64);
    Monitor cancelled =
        new Monitor() {
          @Override
          public void progress(Stage stage, long done, long total) {}

          @Override
          public boolean isCancelled() {
            return true;
          }
        };
    try (Engine engine = new TensorFlowEngineProvider().open(model, TWO_THREADS)) {
      FloatBuffer input = FloatBuffer.allocate(64);
      assertThrows(
          CancellationException.class, () -> engine.run(input, 4, 4, 4, output, cancelled));
      assertEquals(FloatBuffer.allocate(64), output);
    }
  }

  @Test
  void closeOnceAndRefuseToRunAfterwards() {
    ClassificationEngine engine =
        new TensorFlowEngineProvider()
            .openClassifier(
                RandomModel.classification2024(List.of(2, 2), List.of(4, 4, 4), 8), TWO_THREADS);
    engine.close();
    engine.close();
    FloatBuffer region = FloatBuffer.allocate(64);
    assertThrows(IllegalStateException.class, () -> engine.probability(region));
  }

  private static Path fixture(String name) {
    Path folder = Path.of(System.getProperty("pancreas.fixtures", "")).resolve(name);
    assumeTrue(Files.exists(folder.resolve("weights.keras")), "no fixtures");
    return folder;
  }

  /** A cube of many, stored as [row][column][slice], as [slice][row][column]. */
  private static FloatBuffer slicesFirst(float[] stored, int cube, int size) {
    int voxels = size * size * size;
    FloatBuffer turned = FloatBuffer.allocate(voxels);
    for (int i = 0; i < voxels; i++) {
      turned.put(i % size * size * size + i / size, stored[cube * voxels + i]);
    }
    return turned;
  }

  private static float[] ofPancreas(float[] classes) {
    float[] pancreas = new float[classes.length / 2];
    for (int i = 0; i < pancreas.length; i++) {
      pancreas[i] = classes[2 * i + 1];
    }
    return pancreas;
  }

  private static List<Integer> numbers(String list) {
    return Arrays.stream(list.split(",")).map(Integer::valueOf).toList();
  }

  private static float[] random(int count, long seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = 2 * random.nextFloat() - 1;
    }
    return values;
  }

  private static double[] doubles(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  private static float[] floats(Path file) throws IOException {
    FloatBuffer buffer =
        ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }
}
