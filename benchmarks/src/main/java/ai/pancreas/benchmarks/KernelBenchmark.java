package ai.pancreas.benchmarks;

import ai.pancreas.kernel.Kernels;
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

/** Each kernel, in C++ and in Java. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class KernelBenchmark {
  /**
   * The C++ kernel or its Java reference. JMH takes parameters in alphabetical order: both take
   * turns.
   */
  public enum Version {
    NATIVE,
    JAVA
  }

  @Param private KernelCase kernel;

  @Param({"1", "2"})
  private int threads;

  @Param private Version version;

  private Runnable work;

  @Setup
  public void prepare() {
    Kernels kernels =
        switch (version) {
          case NATIVE -> Kernels.best();
          case JAVA -> Kernels.reference();
        };
    if (version == Version.NATIVE && kernels.name().equals("java")) {
      throw new IllegalStateException("the native library does not load");
    }
    work = kernel.prepare(kernels, threads);
  }

  @Benchmark
  public void run() {
    work.run();
  }
}
