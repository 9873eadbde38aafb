#ifndef PANCREAS_KERNELS_ISA_ROUTINES_H
#define PANCREAS_KERNELS_ISA_ROUTINES_H

#include "kernels/convolution/pixels.h"
#include "kernels/convolution/winograd.h"
#include "kernels/deep_supervision_head/deep_supervision_head.h"
#include "kernels/gemm/gemm.h"
#include "kernels/transposed_convolution/transposed_winograd.h"

namespace pancreas {

// The inner loops of networks for one instruction set.
struct Routines {
  const char* name;
  GemmRoutine gemm;
  WinogradInputRoutine winograd_input;
  WinogradOutputRoutine winograd_output;
  TransposedOutputRoutine transposed_output;
  PixelRoutines pixels;
  const DeepSupervisionHeadRoutines* head;
};

}  // namespace pancreas

#endif
