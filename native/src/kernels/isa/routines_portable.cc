#define PANCREAS_ISA portable
#include "kernels/convolution/pixels_kernel.h"
#include "kernels/convolution/winograd_kernel.h"
#include "kernels/gemm/gemm_kernel.h"
#include "kernels/isa/routines.h"
#include "kernels/transposed_convolution/transposed_winograd_kernel.h"

namespace pancreas {

extern const Routines kRoutinesPortable;
const Routines kRoutinesPortable = {"portable",
                                    portable::gemm,
                                    portable::winograd_input,
                                    portable::winograd_output,
                                    portable::transposed_output,
                                    portable::kPixelRoutines,
                                    &kDeepSupervisionHeadPortable};

}  // namespace pancreas
