#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "cuda/gpu_run.h"

namespace pancreas {

bool RunWatch::cancelled() const {
  return cancel != nullptr && *static_cast<const volatile int32_t*>(cancel) != 0;
}

void RunWatch::done(int64_t slices) const {
  if (progress != nullptr) {
    __atomic_fetch_add(progress, static_cast<int32_t>(slices), __ATOMIC_RELAXED);
  }
}

namespace {

// Copies slices into larger ones, whose rest is filled up.
bool fill_up(const SliceRun& run, int64_t first, int64_t count, const GpuPlan& plan, float* to) {
  bool finite = true;
  for (int64_t slice = first; slice < first + count; ++slice) {
    const float* from = run.input + slice * run.rows * run.columns;
    for (int64_t row = 0; row < plan.rows; ++row) {
      int64_t columns = 0;
      if (row < run.rows) {
        columns = run.columns;
        std::copy_n(from + row * columns, columns, to);
        finite = finite && std::all_of(to, to + columns, [](float v) { return std::isfinite(v); });
      }
      std::fill(to + columns, to + plan.columns, run.background);
      to += plan.columns;
    }
  }
  return finite;
}

void crop(const float* from, int64_t count, const GpuPlan& plan, const SliceRun& run, float* to) {
  for (int64_t slice = 0; slice < count; ++slice) {
    for (int64_t row = 0; row < run.rows; ++row) {
      std::copy_n(from + (slice * plan.rows + row) * plan.columns, run.columns, to);
      to += run.columns;
    }
  }
}

int32_t run_groups(const GpuWorkspace& workspace, const SliceRun& run, const RunWatch& watch) {
  const GpuPlan& plan = workspace.plan();
  const int64_t slice_size = static_cast<int64_t>(plan.rows) * plan.columns;
  const auto bytes = static_cast<size_t>(plan.slices * slice_size) * sizeof(float);
  const PinnedMemory staging = allocate_pinned(bytes + sizeof(int32_t));
  auto* values = static_cast<float*>(staging.get());
  auto* not_finite = reinterpret_cast<int32_t*>(values + plan.slices * slice_size);
  const cudaStream_t stream = workspace.stream();
  check(cudaMemsetAsync(workspace.not_finite(), 0, sizeof(int32_t), stream), "GPU memory");
  // A group that is not full runs with what an earlier one left, which nobody reads; what lies
  // there before the first one might not even be numbers.
  check(cudaMemsetAsync(workspace.input(), 0, bytes, stream), "GPU memory");
  for (int64_t first = 0; first < run.slices; first += plan.slices) {
    if (watch.cancelled()) {
      return PNC_CANCELLED;
    }
    const int64_t count = std::min<int64_t>(plan.slices, run.slices - first);
    const auto used = static_cast<size_t>(count * slice_size) * sizeof(float);
    if (!fill_up(run, first, count, plan, values)) {
      return PNC_INPUT_NOT_FINITE;
    }
    check(cudaMemcpyAsync(workspace.input(), values, used, cudaMemcpyHostToDevice, stream),
          "slices to the GPU");
    workspace.launch();
    check(cudaMemcpyAsync(values, workspace.probability(), used, cudaMemcpyDeviceToHost, stream),
          "probability from the GPU");
    check(cudaMemcpyAsync(not_finite, workspace.not_finite(), sizeof(int32_t),
                          cudaMemcpyDeviceToHost, stream),
          "result from the GPU");
    workspace.wait();
    if (*not_finite != 0) {
      return PNC_RESULT_NOT_FINITE;
    }
    crop(values, count, plan, run, run.probability + first * run.rows * run.columns);
    watch.done(count);
  }
  return PNC_OK;
}

}  // namespace

int32_t run_slices(GpuWorkspacePool& pool, int32_t size_multiple, const SliceRun& run,
                   const RunWatch& watch) {
  const auto up = [=](int64_t size) {
    return static_cast<int32_t>((size + size_multiple - 1) / size_multiple * size_multiple);
  };
  std::unique_ptr<GpuWorkspace> workspace = pool.take(run.slices, up(run.rows), up(run.columns), 0);
  const int32_t status = run_groups(*workspace, run, watch);
  workspace->wait();
  pool.give_back(std::move(workspace));
  return status;
}

}  // namespace pancreas
