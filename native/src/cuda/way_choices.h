#ifndef PANCREAS_CUDA_WAY_CHOICES_H
#define PANCREAS_CUDA_WAY_CHOICES_H

#include <cuda_runtime_api.h>

#include <cstddef>
#include <map>
#include <mutex>
#include <string>

#include "cuda/gpu_network.h"

namespace pancreas {

// Chooses, of each step's ways, the fastest on this GPU, by trying them; remembers what it chose.
// The environment variable PANCREAS_CONVOLUTIONS=own keeps to our own kernels, =cudnn to cuDNN's
// wherever they work. Thread-safe.
class WayChoices {
 public:
  // The way for a step of a plan. Steps run on the plan's memory, whatever lies there.
  size_t choose(const GpuPlan& plan, const GpuPlan::Step& step, char* base, cudaStream_t stream);

 private:
  std::mutex mutex_;
  std::map<std::string, size_t> chosen_;
};

}  // namespace pancreas

#endif
