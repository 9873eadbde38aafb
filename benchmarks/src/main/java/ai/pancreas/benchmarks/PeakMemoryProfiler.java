package ai.pancreas.benchmarks;

import ai.pancreas.report.PeakMemory;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.ScalarResult;

/**
 * The most memory that a forked JVM held, beyond what it held before the benchmark's set-up: what
 * the benchmark's inputs, outputs, libraries and work took. NaN where the system does not tell.
 */
public final class PeakMemoryProfiler implements InternalProfiler {
  /** The name of the result. */
  static final String PEAK = "peakMb";

  private final double beforeMb = PeakMemory.nowMb();

  @Override
  public String getDescription() {
    return "Peak of resident memory beyond the empty JVM";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    // The peak counts from the start of the process.
  }

  @Override
  public Collection<ScalarResult> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    double peak = PeakMemory.ofThisProcessMb() - beforeMb;
    return List.of(new ScalarResult(PEAK, peak, "MB", AggregationPolicy.MAX));
  }
}
