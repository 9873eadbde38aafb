#ifndef PANCREAS_CUDA_GPU_WORKSPACE_H
#define PANCREAS_CUDA_GPU_WORKSPACE_H

#include <cstddef>
#include <cstdint>
#include <vector>

#include "cuda/device_memory.h"
#include "cuda/gpu_network.h"
#include "cuda/volume_memory.h"
#include "cuda/way_choices.h"

namespace pancreas {

// GPU memory of a plan, a stream, and the plan's steps as a graph that is launched as one. For one
// run at a time.
class GpuWorkspace {
 public:
  // The plan's network must outlive it. Tries what is the fastest where there is a choice that
  // `choices` does not know yet.
  GpuWorkspace(GpuPlan plan, WayChoices& choices);

  const GpuPlan& plan() const { return plan_; }
  // Of each of the plan's steps, the way that is taken.
  const std::vector<size_t>& ways() const { return ways_; }
  cudaStream_t stream() const { return stream_.get(); }
  float* input() const { return at<float>(plan_.input); }
  float* probability() const { return at<float>(plan_.probability); }
  int32_t* not_finite() const { return at<int32_t>(plan_.not_finite); }
  // For runs of whole CTs; empty until one has asked for it.
  VolumeMemory& volume_memory() { return volume_memory_; }

  // Adds the network to the stream.
  void launch() const;

  // Waits for all that was added.
  void wait() const;

 private:
  template <typename T>
  T* at(size_t offset) const {
    return reinterpret_cast<T*>(static_cast<char*>(memory_.get()) + offset);
  }

  GpuPlan plan_;
  std::vector<size_t> ways_;
  DeviceMemory memory_;
  Stream stream_;
  GraphExec graph_;
  VolumeMemory volume_memory_;
};

}  // namespace pancreas

#endif
