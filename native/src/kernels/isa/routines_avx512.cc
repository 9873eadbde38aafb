// Compiled for AVX2, FMA and AVX-512F. Sums are those of AVX2, bit for bit, as each is made in the
// same order. See vectors.h for why everything lies in a namespace of its own.
#define PANCREAS_ISA avx512
#include "kernels/convolution/pixels_kernel.h"
#include "kernels/convolution/winograd_kernel.h"
#include "kernels/gemm/gemm_kernel.h"
#include "kernels/isa/routines.h"
#include "kernels/transposed_convolution/transposed_winograd_kernel.h"

namespace pancreas {

extern const Routines kRoutinesAvx512;
const Routines kRoutinesAvx512 = {"avx512",
                                  avx512::gemm,
                                  avx512::winograd_input,
                                  avx512::winograd_output,
                                  avx512::transposed_output,
                                  avx512::kPixelRoutines,
                                  &kDeepSupervisionHeadAvx2};

}  // namespace pancreas
