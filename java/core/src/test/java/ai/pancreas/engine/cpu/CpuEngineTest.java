package ai.pancreas.engine.cpu;

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
import ai.pancreas.kernel.NativeLibrary;
import ai.pancreas.model.Model;
import ai.pancreas.model.ModelDescription;
import ai.pancreas.model.ModelRepository;
import ai.pancreas.model.Preprocessing;
import ai.pancreas.model.SegmentationTask;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Skipped without the native library, whose absence another test reports. */
class CpuEngineTest {
  private static final int ROWS = 32;
  private static final int COLUMNS = 48;
  private static final int SIZE = ROWS * COLUMNS;

  private static Model model;

  @BeforeAll
  static void load() {
    assumeTrue(NativeLibrary.isLoaded(), "no native library");
    model = new ModelRepository().find(ModelRepository.DEFAULT_ID);
  }

  @Test
  void isWhatAutoTakes() {
    try (Engine engine = new Engines().open(Engines.AUTO, model, new EngineOptions(1))) {
      assertEquals("cpu", engine.name());
    }
  }

  /** The output was computed in float64; the tolerance is what engines may differ by from that. */
  @ParameterizedTest
  @EnumSource(CpuOptions.Convolution.class)
  void equalsTheReferenceProjectsNetworkInFloat64(CpuOptions.Convolution convolution)
      throws IOException {
    Path folder = Path.of(System.getProperty("pancreas.fixtures", "")).resolve("segmentation-2021");
    assumeTrue(Files.exists(folder.resolve("weights.hdf5")), "no fixtures");
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
    Model fixture = new ModelRepository().find(folder.resolve("weights.hdf5").toString());
    for (String instructionSet : List.of("", "portable")) {
      CpuOptions options = new CpuOptions(convolution, instructionSet);
      try (Engine engine = CpuEngine.open(fixture, new EngineOptions(2), options)) {
        float[] probability = run(engine, input, slices, rows, columns);
        for (int i = 0; i < stored.length; i++) {
          assertEquals(
              expected[2 * i + 1], probability[i % slices * rows * columns + i / slices], 1e-5);
        }
      }
    }
  }

  @Test
  void portableAndDirectAgreeWithTheFastest() {
    float[] input = random(4 * SIZE, 1);
    float[] expected = run(CpuOptions.FASTEST, 2, input);
    for (CpuOptions.Convolution convolution : CpuOptions.Convolution.values()) {
      assertArrayEquals(expected, run(new CpuOptions(convolution, "portable"), 2, input), 1e-5f);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void givesTheSameBitsForAnyThreads(int threads) {
    float[] input = random(21 * SIZE, 2);
    assertArrayEquals(
        run(CpuOptions.FASTEST, 1, input), run(CpuOptions.FASTEST, threads, input), 0);
  }

  @Test
  void givesTheSameBitsInAnyGroup() {
    int slices = 11;
    float[] input = random(slices * SIZE, 3);
    try (Engine engine = open(2)) {
      float[] together = run(engine, input, slices, ROWS, COLUMNS);
      for (int group : new int[] {1, 2, 3, 10}) {
        for (int first = 0; first < slices; first += group) {
          int count = Math.min(group, slices - first);
          int to = (first + count) * SIZE;
          float[] part = Arrays.copyOfRange(input, first * SIZE, to);
          assertArrayEquals(
              Arrays.copyOfRange(together, first * SIZE, to),
              run(engine, part, count, ROWS, COLUMNS),
              0);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, 0.25})
  void otherSizesAreFilledUpWithTheModelsBackgroundAndCropped(double background) {
    int rows = 37;
    int columns = 50;
    float[] input = random(2 * rows * columns, 4);
    float[] padded = new float[2 * 48 * 64];
    Arrays.fill(padded, (float) background);
    for (int i = 0; i < 2 * rows; i++) {
      System.arraycopy(input, i * columns, padded, (i / rows * 48 + i % rows) * 64, columns);
    }
    try (Engine engine =
        CpuEngine.open(withBackground(background), new EngineOptions(1), CpuOptions.FASTEST)) {
      float[] probability = run(engine, input, 2, rows, columns);
      float[] whole = run(engine, padded, 2, 48, 64);
      for (int i = 0; i < 2 * rows; i++) {
        int from = (i / rows * 48 + i % rows) * 64;
        assertArrayEquals(
            Arrays.copyOfRange(whole, from, from + columns),
            Arrays.copyOfRange(probability, i * columns, (i + 1) * columns),
            0);
      }
    }
  }

  @Test
  void aWatchedRunTellsOfItsSlicesAndHasTheSameResult() {
    int slices = 64;
    float[] input = random(slices * SIZE, 6);
    List<Long> told = new CopyOnWriteArrayList<>();
    try (Engine engine = open(2)) {
      FloatBuffer watched = direct(new float[slices * SIZE]);
      engine.run(
          direct(input),
          slices,
          ROWS,
          COLUMNS,
          watched,
          (stage, done, total) -> {
            assertEquals(slices, total);
            told.add(done);
          });
      assertArrayEquals(
          run(engine, input, slices, ROWS, COLUMNS), floats(watched, 0, slices * SIZE), 0);
    }
    assertEquals(told.stream().sorted().distinct().toList(), told);
    assertTrue(told.stream().allMatch(done -> done >= 1 && done <= slices), told.toString());
  }

  @Test
  void aCancelledRunEndsBeforeItsLastSlice() {
    int slices = 2000;
    AtomicLong last = new AtomicLong();
    Monitor impatient =
        new Monitor() {
          @Override
          public void progress(Stage stage, long done, long total) {
            last.set(done);
          }

          @Override
          public boolean isCancelled() {
            return true;
          }
        };
    FloatBuffer buffer = direct(new float[slices * SIZE]);
    FloatBuffer result = direct(new float[slices * SIZE]);
    try (Engine engine = open(1)) {
      assertThrows(
          CancellationException.class,
          () -> engine.run(buffer, slices, ROWS, COLUMNS, result, impatient));
      // The engine is as good as before.
      run(engine, random(SIZE, 1), 1, ROWS, COLUMNS);
    }
    assertTrue(last.get() < slices, last + " slices");
  }

  @Test
  void usesBuffersFromTheirPositionAndLeavesItAlone() {
    float[] input = random(3 * SIZE, 5);
    try (Engine engine = open(1)) {
      FloatBuffer from = direct(input).position(SIZE);
      FloatBuffer to = direct(new float[4 * SIZE]).position(2 * SIZE);
      engine.run(from, 2, ROWS, COLUMNS, to);
      assertEquals(SIZE, from.position());
      assertEquals(2 * SIZE, to.position());
      assertArrayEquals(new float[2 * SIZE], floats(to, 0, 2 * SIZE));

      FloatBuffer heap = FloatBuffer.allocate(4 * SIZE).position(2 * SIZE);
      engine.run(FloatBuffer.wrap(input).position(SIZE), 2, ROWS, COLUMNS, heap);
      assertEquals(2 * SIZE, heap.position());
      assertArrayEquals(floats(to, 0, 4 * SIZE), heap.array(), 0);
    }
  }

  @Test
  void runsInManyThreadsAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (Engine engine = open(2)) {
      List<float[]> inputs = IntStream.range(0, 8).mapToObj(i -> random(5 * SIZE, i)).toList();
      List<float[]> expected = inputs.stream().map(x -> run(engine, x, 5, ROWS, COLUMNS)).toList();
      List<Future<float[]>> results =
          inputs.stream().map(x -> threads.submit(() -> run(engine, x, 5, ROWS, COLUMNS))).toList();
      for (int i = 0; i < results.size(); i++) {
        assertArrayEquals(expected.get(i), results.get(i).get(), 0);
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void aHundredRunsLeaveMemoryWhereItWas() {
    FloatBuffer from = direct(random(SIZE, 6));
    FloatBuffer to = direct(new float[SIZE]);
    try (Engine engine = open(2)) {
      for (int i = 0; i < 10; i++) {
        engine.run(from, 1, ROWS, COLUMNS, to);
      }
      long before = Pointer.physicalBytes();
      for (int i = 0; i < 100; i++) {
        engine.run(from, 1, ROWS, COLUMNS, to);
      }
      // Working memory kept of each run would be 100 x 5 MB; a tenth leaves room for the Java heap.
      long grown = Pointer.physicalBytes() - before;
      assertTrue(grown < 50 << 20, grown + " bytes");
    }
  }

  @Test
  void closingFreesItsMemory() {
    openAndRun();
    long before = Pointer.physicalBytes();
    for (int i = 0; i < 10; i++) {
      openAndRun();
    }
    // Ten engines kept would take 10 x 46 MB for their weights alone.
    long grown = Pointer.physicalBytes() - before;
    assertTrue(grown < 200 << 20, grown + " bytes");
  }

  private static void openAndRun() {
    try (Engine engine = open(1)) {
      run(engine, new float[SIZE], 1, ROWS, COLUMNS);
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void anInputThatIsNotFiniteIsAnError(float bad) {
    float[] input = random(3 * SIZE, 7);
    input[2 * SIZE + 100] = bad;
    try (Engine engine = open(2)) {
      PancreasException e =
          assertThrows(PancreasException.class, () -> run(engine, input, 3, ROWS, COLUMNS));
      assertEquals(ErrorCode.BAD_DATA, e.code());
      assertEquals(
          "the network cannot take this CT: the input holds a value that is not a finite number",
          e.getMessage());
    }
  }

  @Test
  void aResultThatIsNotFiniteIsAnError() {
    float[] input = random(SIZE, 8);
    input[100] = Float.MAX_VALUE;
    try (Engine engine = open(1)) {
      PancreasException e =
          assertThrows(PancreasException.class, () -> run(engine, input, 1, ROWS, COLUMNS));
      assertEquals(ErrorCode.MODEL, e.code());
    }
  }

  @Test
  void saysHowMuchMemoryCannotBeHad() {
    try (Engine engine = open(1024)) {
      // As many thin slices as threads: each thread needs a few hundred MB.
      int slices = 1024;
      int rows = 1 << 13;
      FloatBuffer input = FloatBuffer.allocate(slices * rows);
      PancreasException e =
          assertThrows(PancreasException.class, () -> engine.run(input, slices, rows, 1, input));
      assertEquals(ErrorCode.DEVICE, e.code());
      assertTrue(
          e.getMessage()
              .matches(
                  "engine cpu needs \\d{6} MB of memory for slices of 8192 x 1 with 1024 threads"
                      + " and cannot have it; use fewer threads"),
          e.getMessage());
    }
  }

  @Test
  void refusesWhatMakesNoSense() {
    FloatBuffer buffer = FloatBuffer.allocate(256);
    try (Engine engine = open(1)) {
      assertThrows(IllegalArgumentException.class, () -> engine.run(buffer, 0, 16, 16, buffer));
      assertThrows(IllegalArgumentException.class, () -> engine.run(buffer, 2, 16, 16, buffer));
      assertThrows(
          IllegalArgumentException.class,
          () -> engine.run(buffer, 1, 16, 16, FloatBuffer.allocate(255)));
      assertThrows(
          IllegalArgumentException.class,
          () -> engine.run(buffer, 1 << 30, 1 << 30, 1 << 30, buffer));
    }
    CpuOptions unknown = new CpuOptions(CpuOptions.Convolution.WINOGRAD, "mmx");
    PancreasException e =
        assertThrows(
            PancreasException.class, () -> CpuEngine.open(model, new EngineOptions(1), unknown));
    assertEquals(ErrorCode.DEVICE, e.code());
  }

  @Test
  void closesOnceAndRefusesToRunAfterwards() {
    Engine engine = open(1);
    engine.close();
    engine.close();
    FloatBuffer buffer = FloatBuffer.allocate(256);
    assertThrows(IllegalStateException.class, () -> engine.run(buffer, 1, 16, 16, buffer));
  }

  private static Engine open(int threads) {
    return CpuEngine.open(model, new EngineOptions(threads), CpuOptions.FASTEST);
  }

  private static float[] run(CpuOptions options, int threads, float[] input) {
    try (Engine engine = CpuEngine.open(model, new EngineOptions(threads), options)) {
      return run(engine, input, input.length / SIZE, ROWS, COLUMNS);
    }
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

  private static Model withBackground(double background) {
    ModelDescription d = model.description();
    Preprocessing p = d.preprocessing();
    return new Model(
        new ModelDescription(
            d.id(),
            d.title(),
            d.network(),
            new SegmentationTask(
                new Preprocessing(
                    p.orientation(),
                    p.slices(),
                    p.rows(),
                    p.columns(),
                    p.filters(),
                    p.intensity(),
                    background),
                d.postprocessing(),
                d.labels()),
            d.weightsFile(),
            d.weightsSha256(),
            d.licence(),
            d.credits(),
            d.metrics(),
            Map.of()),
        model.weights());
  }
}
