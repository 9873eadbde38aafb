package ai.pancreas.benchmarks;

import ai.pancreas.engine.Engine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.engine.Engines;
import ai.pancreas.model.ModelRepository;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The network alone: 160 slices of 160 x 160 with the default model, 438 GFLOP a call. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 5)
@Fork(1)
public class EngineBenchmark {
  private static final int SLICES = 160;
  private static final int SIZE = 160;

  @Param({"cpu", "tensorflow"})
  private String engine;

  @Param("2")
  private int threads;

  private Engine opened;
  private FloatBuffer input;
  private FloatBuffer output;

  @Setup
  public void open() {
    opened =
        new Engines()
            .open(
                engine,
                new ModelRepository().find(ModelRepository.DEFAULT_ID),
                new EngineOptions(threads));
    input = floats();
    output = floats();
    Random random = new Random(1);
    for (int i = 0; i < input.capacity(); i++) {
      input.put(i, random.nextFloat() * 2 - 1);
    }
  }

  @TearDown
  public void close() {
    opened.close();
  }

  @Benchmark
  public FloatBuffer volume160() {
    opened.run(input, SLICES, SIZE, SIZE, output);
    return output;
  }

  private static FloatBuffer floats() {
    return ByteBuffer.allocateDirect(SLICES * SIZE * SIZE * Float.BYTES)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }
}
