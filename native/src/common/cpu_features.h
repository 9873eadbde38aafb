#ifndef PANCREAS_COMMON_CPU_FEATURES_H
#define PANCREAS_COMMON_CPU_FEATURES_H

namespace pancreas {

// Whether kernels compiled for AVX2 and FMA may run: the CPU has both and the system saves their
// registers.
bool cpu_has_avx2_fma();

// The same for AVX-512F.
bool cpu_has_avx512f();

}  // namespace pancreas

#endif
