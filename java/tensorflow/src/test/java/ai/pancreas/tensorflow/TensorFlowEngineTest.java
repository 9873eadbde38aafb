package ai.pancreas.tensorflow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
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
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TensorFlowEngineTest {
  /** What every engine may differ by from the network's definition. */
  private static final double TOLERANCE = 1e-4;

  private static final EngineOptions TWO_THREADS = new EngineOptions(2);

  @ParameterizedTest
  @ValueSource(strings = {"8,16,24", "4,6,10,12", "3,2,8,4,5"})
  void equalsTheDefinitionInFloat64(String filterList) {
    List<Integer> filters =
        IntStream.of(List.of(filterList.split(",")).stream().mapToInt(Integer::parseInt).toArray())
            .boxed()
            .toList();
    Model model = RandomModel.of(filters, 1);
    int rows = 32;
    int columns = 48;
    float[] input = random(2 * rows * columns, 2);

    float[] probability;
    try (Engine engine = new TensorFlowEngineProvider().open(model, TWO_THREADS)) {
      probability = run(engine, input, 2, rows, columns);
    }

    ReferenceNetwork reference = new ReferenceNetwork(filters, model.weights());
    double spread = 0;
    for (int slice = 0; slice < 2; slice++) {
      double[][] x = new double[rows][columns];
      for (int i = 0; i < rows * columns; i++) {
        x[i / columns][i % columns] = input[slice * rows * columns + i];
      }
      double[][] expected = reference.run(x);
      for (int i = 0; i < rows * columns; i++) {
        double value = expected[i / columns][i % columns];
        assertEquals(value, probability[slice * rows * columns + i], TOLERANCE);
        spread = Math.max(spread, Math.abs(value - expected[0][0]));
      }
    }
    assertTrue(spread > 0.1, "the probabilities must differ enough to tell networks apart");
  }

  @ParameterizedTest
  @ValueSource(strings = {"weights.hdf5", "weights-keras3.h5"})
  void equalsTheReferenceProjectsNetwork(String weights) throws IOException {
    Path folder = Path.of(System.getProperty("pancreas.fixtures", "")).resolve("segmentation-2021");
    assumeTrue(Files.exists(folder.resolve(weights)), "no fixtures");
    // Both files are [row][column][slice][channel].
    int rows = 64;
    int columns = 48;
    int slices = 5;
    float[] stored = floats(folder.resolve("input.f32"));
    float[] expected = floats(folder.resolve("output.f32"));
    float[] input = new float[stored.length];
    for (int i = 0; i < stored.length; i++) {
      input[i % slices * rows * columns + i / slices] = stored[i];
    }

    Model model = new ModelRepository().find(folder.resolve(weights).toString());
    try (Engine engine = new Engines().open("tensorflow", model, TWO_THREADS)) {
      float[] probability = run(engine, input, slices, rows, columns);
      for (int i = 0; i < stored.length; i++) {
        assertEquals(
            expected[2 * i + 1], probability[i % slices * rows * columns + i / slices], TOLERANCE);
      }
    }
  }

  @Test
  void givesEachSliceTheSameInAnyGroup() {
    Model model = RandomModel.of(List.of(4, 6, 8), 3);
    int slices = 2 * 16 + 5;
    int size = 16 * 16;
    float[] input = random(slices * size, 4);
    try (Engine engine = new TensorFlowEngineProvider().open(model, TWO_THREADS)) {
      float[] together = run(engine, input, slices, 16, 16);
      for (int slice = 0; slice < slices; slice++) {
        float[] alone = new float[size];
        engine.run(FloatBuffer.wrap(input, slice * size, size), 1, 16, 16, FloatBuffer.wrap(alone));
        for (int i = 0; i < size; i++) {
          // Sums may be ordered otherwise for another number of slices.
          assertEquals(alone[i], together[slice * size + i], 1e-6f);
        }
      }
    }
  }

  @Test
  void usesBuffersFromTheirPositionAndLeavesItAlone() {
    Model model = RandomModel.of(List.of(4, 6, 8), 5);
    float[] input = random(3 * 64, 6);
    FloatBuffer from = direct(input).position(64);
    FloatBuffer to = direct(new float[4 * 64]).position(128);
    try (Engine engine = new TensorFlowEngineProvider().open(model, TWO_THREADS)) {
      engine.run(from, 2, 8, 8, to);

      assertEquals(64, from.position());
      assertEquals(128, to.position());
      assertArrayEquals(new float[128], floats(to, 0, 128));
      float[] plain = new float[128];
      engine.run(FloatBuffer.wrap(input, 64, 128), 2, 8, 8, FloatBuffer.wrap(plain));
      assertArrayEquals(plain, floats(to, 128, 128));
    }
  }

  @Test
  void fillsBuffersOnTheHeapAsItDoesDirectOnes() {
    Model model = RandomModel.of(List.of(4, 6, 8), 12);
    int slices = 2 * 16 + 3;
    float[] input = random(slices * 64, 13);
    float[] shifted = new float[input.length + 7];
    System.arraycopy(input, 0, shifted, 7, input.length);
    float[] output = new float[input.length + 7];
    try (Engine engine = new TensorFlowEngineProvider().open(model, TWO_THREADS)) {
      engine.run(
          FloatBuffer.wrap(shifted).position(3).slice().position(4),
          slices,
          8,
          8,
          FloatBuffer.wrap(output).position(2).slice().position(5));
      float[] expected = run(engine, input, slices, 8, 8);
      assertArrayEquals(expected, Arrays.copyOfRange(output, 7, output.length));
      assertArrayEquals(new float[7], Arrays.copyOf(output, 7));
    }
  }

  @Test
  void runsInManyThreadsAtOnce() throws Exception {
    Model model = RandomModel.of(List.of(4, 6, 8), 7);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (Engine engine = new TensorFlowEngineProvider().open(model, TWO_THREADS)) {
      List<float[]> inputs = IntStream.range(0, 12).mapToObj(i -> random(20 * 256, i)).toList();
      List<float[]> expected = inputs.stream().map(x -> run(engine, x, 20, 16, 16)).toList();
      List<Future<float[]>> results =
          inputs.stream().map(x -> threads.submit(() -> run(engine, x, 20, 16, 16))).toList();
      for (int i = 0; i < results.size(); i++) {
        assertArrayEquals(expected.get(i), results.get(i).get(), 1e-6f);
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void keepsNoNativeMemoryOfCalls() {
    Model model = RandomModel.of(List.of(4, 6, 8), 8);
    FloatBuffer input = direct(random(16 * 128 * 128, 9));
    FloatBuffer probability = direct(new float[16 * 128 * 128]);
    try (Engine engine = new TensorFlowEngineProvider().open(model, TWO_THREADS)) {
      for (int i = 0; i < 10; i++) {
        engine.run(input, 16, 128, 128, probability);
      }
      long before = Pointer.physicalBytes();
      for (int i = 0; i < 100; i++) {
        engine.run(input, 16, 128, 128, probability);
      }
      // Kept tensors would be 100 x 2 MiB; half of that leaves room for the Java heap.
      long grown = Pointer.physicalBytes() - before;
      assertTrue(grown < 100 << 20, grown + " bytes");
    }
  }

  @Test
  void refusesSizesThatTheNetworkCannotHave() {
    Model model = RandomModel.of(List.of(4, 6, 8), 10);
    FloatBuffer buffer = FloatBuffer.allocate(256);
    try (Engine engine = new TensorFlowEngineProvider().open(model, TWO_THREADS)) {
      assertThrows(IllegalArgumentException.class, () -> engine.run(buffer, 0, 16, 16, buffer));
      assertThrows(IllegalArgumentException.class, () -> engine.run(buffer, 1, 16, 14, buffer));
      assertThrows(IllegalArgumentException.class, () -> engine.run(buffer, 2, 16, 16, buffer));
      assertThrows(
          IllegalArgumentException.class,
          () -> engine.run(buffer, 1, 16, 16, FloatBuffer.allocate(255)));
      assertThrows(
          IllegalArgumentException.class,
          () -> engine.run(buffer, 1 << 20, 1 << 20, 1 << 20, buffer));
    }
  }

  @Test
  void closesOnceAndRefusesToRunAfterwards() {
    Engine engine =
        new TensorFlowEngineProvider().open(RandomModel.of(List.of(4, 6, 8), 11), TWO_THREADS);
    engine.close();
    engine.close();
    FloatBuffer buffer = FloatBuffer.allocate(64);
    assertThrows(IllegalStateException.class, () -> engine.run(buffer, 1, 8, 8, buffer));
  }

  private static float[] run(Engine engine, float[] input, int slices, int rows, int columns) {
    FloatBuffer probability = direct(new float[input.length]);
    engine.run(direct(input), slices, rows, columns, probability);
    return floats(probability, 0, input.length);
  }

  private static float[] random(int count, long seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = 2 * random.nextFloat() - 1;
    }
    return values;
  }

  private static FloatBuffer direct(float[] values) {
    return ByteBuffer.allocateDirect(Float.BYTES * values.length)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer()
        .put(values)
        .rewind();
  }

  private static float[] floats(FloatBuffer buffer, int first, int count) {
    float[] values = new float[count];
    buffer.get(first, values);
    return values;
  }

  private static float[] floats(Path file) throws IOException {
    FloatBuffer buffer =
        ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    return floats(buffer, 0, buffer.remaining());
  }
}
