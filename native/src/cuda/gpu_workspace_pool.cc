#include "cuda/gpu_workspace_pool.h"

#include <algorithm>
#include <utility>

namespace pancreas {
namespace {

// Of a group: enough to keep a GPU busy, and few enough that a CT's slices go in several, the
// copies of one while another is at work.
constexpr int64_t kMostPixels = int64_t{1} << 21;

// A grid has no more blocks than this beside or above each other.
constexpr int64_t kMostSlices = 65535;

// What is left to others: fragments, other runs, the display.
constexpr double kShareOfFree = 0.8;

}  // namespace

size_t GpuWorkspacePool::budget(size_t held) const {
  size_t free = 0;
  size_t total = 0;
  check(cudaMemGetInfo(&free, &total), "GPU memory");
  const size_t most = static_cast<size_t>(kShareOfFree * static_cast<double>(free)) + held;
  return memory_limit_ > 0 ? std::min(most, static_cast<size_t>(memory_limit_)) : most;
}

int32_t GpuWorkspacePool::slices_at_a_time(int64_t slices, int32_t rows, int32_t columns,
                                           size_t reserved) const {
  const size_t all = budget(0);
  const size_t left = all - std::min(all, reserved);
  const int64_t pixels = static_cast<int64_t>(rows) * columns;
  int64_t most = std::max<int64_t>(1, std::min({slices, kMostPixels / pixels, kMostSlices}));
  while (most > 1 && network_.plan(static_cast<int32_t>(most), rows, columns).bytes > left) {
    most = (most + 1) / 2;
  }
  if (network_.plan(static_cast<int32_t>(most), rows, columns).bytes > left) {
    throw DeviceError("GPU memory: too little is free for a slice of " + std::to_string(rows) +
                      " x " + std::to_string(columns));
  }
  // Groups of about the same size: the last one costs as much as the others.
  const int64_t groups = (slices + most - 1) / most;
  return static_cast<int32_t>((slices + groups - 1) / groups);
}

std::unique_ptr<GpuWorkspace> GpuWorkspacePool::take(int64_t slices, int32_t rows, int32_t columns,
                                                     size_t reserved) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto fits = [&](const std::unique_ptr<GpuWorkspace>& workspace) {
      const GpuPlan& plan = workspace->plan();
      const size_t kept = workspace->volume_memory().bytes();
      return plan.rows == rows && plan.columns == columns && plan.slices <= slices &&
             (reserved <= kept || plan.bytes + reserved <= budget(plan.bytes + kept));
    };
    const auto found = std::find_if(idle_.begin(), idle_.end(), fits);
    if (found != idle_.end()) {
      std::unique_ptr<GpuWorkspace> workspace = std::move(*found);
      idle_.erase(found);
      return workspace;
    }
    idle_.clear();
  }
  const int32_t group = slices_at_a_time(slices, rows, columns, reserved);
  return std::make_unique<GpuWorkspace>(network_.plan(group, rows, columns), choices_);
}

void GpuWorkspacePool::give_back(std::unique_ptr<GpuWorkspace> workspace) {
  const std::lock_guard<std::mutex> lock(mutex_);
  idle_.push_back(std::move(workspace));
}

}  // namespace pancreas
