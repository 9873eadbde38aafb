package ai.pancreas.benchmarks;

import ai.pancreas.kernel.Filter;
import ai.pancreas.kernel.Filters3;
import ai.pancreas.kernel.Kernels;
import ai.pancreas.kernel.Size3;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * Resampling 16 slices to the network's grid and back, by the best kernels and by the reference.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ResampleBenchmark {
  private static final Size3 CT = new Size3(16, 512, 512);
  private static final Size3 NETWORK = new Size3(16, 160, 160);

  @Param({"best", "java"})
  private String kernels;

  @Param({"1", "2"})
  private int threads;

  @Param({"LINEAR", "NEAREST"})
  private Filter filter;

  private Kernels implementation;
  private FloatBuffer ct;
  private FloatBuffer network;
  private Filters3 filters;

  @Setup
  public void fill() {
    implementation = kernels.equals("java") ? Kernels.reference() : Kernels.best();
    filters = new Filters3(Filter.NONE, filter, filter);
    ct = floats(CT);
    network = floats(NETWORK);
    for (int i = 0; i < ct.capacity(); i++) {
      ct.put(i, i % 997);
    }
    for (int i = 0; i < network.capacity(); i++) {
      network.put(i, i % 991);
    }
  }

  @Benchmark
  public FloatBuffer shrink512to160() {
    implementation.resample(ct, CT, network, NETWORK, filters, threads);
    return network;
  }

  @Benchmark
  public FloatBuffer grow160to512() {
    implementation.resample(network, NETWORK, ct, CT, filters, threads);
    return ct;
  }

  private static FloatBuffer floats(Size3 size) {
    return ByteBuffer.allocateDirect(Math.toIntExact(size.count() * Float.BYTES))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }
}
