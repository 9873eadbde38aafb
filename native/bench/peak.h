#ifndef PANCREAS_BENCH_PEAK_H
#define PANCREAS_BENCH_PEAK_H

#include <cuda_runtime_api.h>

#include "cuda/precision.h"

namespace pancreas {

// Adds to a stream a kernel that multiplies as the convolutions do, what lies in registers, and
// nothing else. Returns how many additions and multiplications it makes.
//
// sink: memory of a float, which is not written
double launch_peak(Precision precision, const cudaDeviceProp& gpu, float* sink,
                   cudaStream_t stream);

}  // namespace pancreas

#endif
