package ai.pancreas.benchmarks;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.bytedeco.openblas.global.openblas;
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
 * The yardstick of the machine: a matrix product of 2048 x 2048 by OpenBLAS, 17.18 GFLOP a call.
 *
 * <p>Engines are compared with the time that the network's arithmetic would take at this rate.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SgemmBenchmark {
  /** Rows and columns of the matrices. */
  static final int N = 2048;

  @Param("2")
  private int threads;

  private float[] a;
  private float[] b;
  private float[] c;

  @Setup
  public void fill() {
    openblas.blas_set_num_threads(threads);
    Random random = new Random(1);
    a = new float[N * N];
    b = new float[N * N];
    c = new float[N * N];
    for (int i = 0; i < a.length; i++) {
      a[i] = random.nextFloat() - 0.5f;
      b[i] = random.nextFloat() - 0.5f;
    }
  }

  @Benchmark
  public float[] sgemm2048() {
    openblas.cblas_sgemm(
        openblas.CblasRowMajor,
        openblas.CblasNoTrans,
        openblas.CblasNoTrans,
        N,
        N,
        N,
        1,
        a,
        N,
        b,
        N,
        0,
        c,
        N);
    return c;
  }
}
