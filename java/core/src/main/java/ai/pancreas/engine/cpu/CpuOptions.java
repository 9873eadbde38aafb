package ai.pancreas.engine.cpu;

import ai.pancreas.internal.nativelib.Pancreas;

/**
 * Which of the native ways to compute a network is taken. All agree within 1e-5 in probability.
 *
 * @param convolution how convolutions are computed
 * @param instructionSet {@code avx512}, {@code avx2}, {@code neon} or {@code portable}; empty for
 *     the fastest
 */
record CpuOptions(Convolution convolution, String instructionSet) {

  /** What this CPU does best. */
  static final CpuOptions FASTEST = new CpuOptions(Convolution.WINOGRAD, "");

  /** How convolutions are computed. */
  enum Convolution {
    WINOGRAD(Pancreas.PNC_CONVOLUTION_WINOGRAD),
    DIRECT(Pancreas.PNC_CONVOLUTION_DIRECT);

    private final int code;

    Convolution(int code) {
      this.code = code;
    }

    int code() {
      return code;
    }
  }
}
