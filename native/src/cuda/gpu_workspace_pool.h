#ifndef PANCREAS_CUDA_GPU_WORKSPACE_POOL_H
#define PANCREAS_CUDA_GPU_WORKSPACE_POOL_H

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "cuda/gpu_network.h"
#include "cuda/gpu_workspace.h"

namespace pancreas {

// Keeps the workspaces of one network between runs: those of the size that was last asked for, as
// long as what a run needs besides has room beside them.
// Thread-safe.
class GpuWorkspacePool {
 public:
  // memory_limit: of a workspace, bytes; 0 for most of what is free
  GpuWorkspacePool(const GpuNetwork& network, int64_t memory_limit)
      : network_(network), memory_limit_(memory_limit) {}

  // A workspace for slices of one size: for as many of them at a time as memory allows, and no more
  // than there are. Throws DeviceError where there is no room for a single one.
  //
  // reserved: bytes of the GPU's memory that the run needs besides
  std::unique_ptr<GpuWorkspace> take(int64_t slices, int32_t rows, int32_t columns,
                                     size_t reserved);

  void give_back(std::unique_ptr<GpuWorkspace> workspace);

 private:
  // Bytes that a run may take of the GPU, where it has so many already.
  size_t budget(size_t held) const;
  int32_t slices_at_a_time(int64_t slices, int32_t rows, int32_t columns, size_t reserved) const;

  const GpuNetwork& network_;
  const int64_t memory_limit_;
  WayChoices choices_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<GpuWorkspace>> idle_;
};

}  // namespace pancreas

#endif
