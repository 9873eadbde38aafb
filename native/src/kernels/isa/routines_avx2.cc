// Compiled for AVX2 and FMA. See vectors.h for why everything lies in a namespace of its own.
#define PANCREAS_ISA avx2
#include "kernels/convolution/pixels_kernel.h"
#include "kernels/convolution/winograd_kernel.h"
#include "kernels/gemm/gemm_kernel.h"
#include "kernels/isa/routines.h"
#include "kernels/transposed_convolution/transposed_winograd_kernel.h"

namespace pancreas {

extern const Routines kRoutinesAvx2;
const Routines kRoutinesAvx2 = {"avx2",
                                avx2::gemm,
                                avx2::winograd_input,
                                avx2::winograd_output,
                                avx2::transposed_output,
                                avx2::kPixelRoutines,
                                &kDeepSupervisionHeadAvx2};

}  // namespace pancreas
