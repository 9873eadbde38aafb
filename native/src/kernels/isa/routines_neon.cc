#define PANCREAS_USE_NEON
#define PANCREAS_ISA neon
#include "kernels/convolution/pixels_kernel.h"
#include "kernels/convolution/winograd_kernel.h"
#include "kernels/gemm/gemm_kernel.h"
#include "kernels/isa/routines.h"
#include "kernels/transposed_convolution/transposed_winograd_kernel.h"

namespace pancreas {

extern const Routines kRoutinesNeon;
const Routines kRoutinesNeon = {"neon",
                                neon::gemm,
                                neon::winograd_input,
                                neon::winograd_output,
                                neon::transposed_output,
                                neon::kPixelRoutines,
                                &kDeepSupervisionHeadPortable};

}  // namespace pancreas
