package ai.pancreas.engine;

import java.util.Objects;

/**
 * How an engine should use the machine.
 *
 * @param threads threads of one run, at least 1
 * @param precision how an engine for GPUs multiplies; others always take float32
 */
public record EngineOptions(int threads, Precision precision) {

  /**
   * What is taken where nothing is asked for: the fastest whose masks are those of float32 but for
   * one voxel in ten thousand (docs/performance-gpu.md).
   */
  public static final Precision DEFAULT_PRECISION = Precision.FLOAT16;

  public EngineOptions {
    Objects.requireNonNull(precision, "precision");
    if (threads < 1) {
      throw new IllegalArgumentException("at least one thread is needed: " + threads);
    }
  }

  /** With the usual precision. */
  public EngineOptions(int threads) {
    this(threads, DEFAULT_PRECISION);
  }
}
