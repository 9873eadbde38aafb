#ifndef PANCREAS_COMMON_CPU_FEATURES_H
#define PANCREAS_COMMON_CPU_FEATURES_H

namespace pancreas {

// Whether kernels compiled for AVX2 and FMA may run: the CPU has both, the system saves their
// registers, and PANCREAS_INSTRUCTION_SET does not say "portable".
bool cpu_has_avx2_fma();

// The same for AVX-512F, beside AVX2 and FMA.
bool cpu_has_avx512f();

// Whether kernels written for NEON may run: every 64-bit ARM CPU has it, so only
// PANCREAS_INSTRUCTION_SET may speak against it.
bool cpu_has_neon();

}  // namespace pancreas

#endif
