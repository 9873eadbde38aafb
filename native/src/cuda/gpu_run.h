#ifndef PANCREAS_CUDA_GPU_RUN_H
#define PANCREAS_CUDA_GPU_RUN_H

#include <cstdint>

#include "cuda/gpu_workspace_pool.h"
#include "pancreas_cuda.h"

namespace pancreas {

// Who watches a run.
struct RunWatch {
  int32_t* progress;      // null, or slices are added to it
  const int32_t* cancel;  // null, or not 0 to stop

  bool cancelled() const;
  void done(int64_t slices) const;
};

// Slices in the memory of the CPU.
struct SliceRun {
  const float* input;
  int64_t slices;
  int64_t rows;
  int64_t columns;
  float background;
  float* probability;
};

// pnc_cuda_network_run, with arguments that make sense. Throws DeviceError.
int32_t run_slices(GpuWorkspacePool& pool, int32_t size_multiple, const SliceRun& run,
                   const RunWatch& watch);

// pnc_cuda_volume_run, with arguments that make sense. Throws DeviceError.
int32_t run_volume(GpuWorkspacePool& pool, const pnc_cuda_volume& volume, int32_t threads,
                   const RunWatch& watch);

}  // namespace pancreas

#endif
