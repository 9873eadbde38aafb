package ai.pancreas.benchmarks;

import ai.pancreas.benchmarks.onnx.OnnxRuntimeEngineProvider;
import ai.pancreas.engine.Engine;
import ai.pancreas.engine.EngineOptions;
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

/** ONNX Runtime with groups of several sizes: what it is compared with should be its best. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xmx1g", "-XX:+UseSerialGC"})
public class OnnxGroupBenchmark {
  @Param({"1", "4", "8", "16", "32"})
  private int group;

  @Param("2")
  private int threads;

  private NetworkVolume volume;
  private Engine opened;

  @Setup
  public void open() {
    volume = new NetworkVolume();
    System.setProperty(OnnxRuntimeEngineProvider.GROUP_PROPERTY, Integer.toString(group));
    opened =
        new OnnxRuntimeEngineProvider().open(NetworkModel.random(), new EngineOptions(threads));
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
