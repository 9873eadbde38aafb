package ai.pancreas.benchmarks;

import ai.pancreas.engine.Engine;
import ai.pancreas.engine.EngineOptions;
import ai.pancreas.engine.Engines;
import java.nio.FloatBuffer;
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

/**
 * The network alone: 160 slices of 160 x 160 through the reference project's network, 438 GFLOP a
 * call. {@link EngineComparison} runs it with every engine there is.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 2)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xmx1g", "-XX:+UseSerialGC"})
public class EngineBenchmark {
  @Param({"cpu", "tensorflow", "onnxruntime"})
  private String engine;

  @Param("2")
  private int threads;

  private NetworkVolume volume;
  private Engine opened;

  @Setup
  public void open() {
    opened = new Engines().open(engine, NetworkModel.random(), new EngineOptions(threads));
    volume = new NetworkVolume();
  }

  @TearDown
  public void close() {
    opened.close();
  }

  @Benchmark
  public FloatBuffer volume160() {
    return volume.run(opened);
  }
}
