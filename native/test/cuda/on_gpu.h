#ifndef PANCREAS_TEST_CUDA_ON_GPU_H
#define PANCREAS_TEST_CUDA_ON_GPU_H

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "check.h"
#include "cuda/device_memory.h"
#include "kernels/resample/host_taps.h"
#include "kernels/resample/resample_element.h"

namespace pancreas_test {

// An array in the GPU's memory, with marks behind it.
template <typename T>
class OnGpu {
 public:
  explicit OnGpu(const std::vector<T>& values)
      : OnGpu(values.size(), reinterpret_cast<const unsigned char*>(values.data()),
              values.size() * sizeof(T)) {}
  // Room for a result.
  explicit OnGpu(size_t count) : OnGpu(count, nullptr, 0) {}

  T* get() const { return static_cast<T*>(memory_.get()); }

  std::vector<T> values(const char* name) const {
    std::vector<unsigned char> bytes(count_ * sizeof(T) + kBehind);
    pancreas::check(cudaMemcpy(bytes.data(), memory_.get(), bytes.size(), cudaMemcpyDeviceToHost),
                    name);
    CHECK_FOR(name, std::count(bytes.end() - kBehind, bytes.end(), kMark) == kBehind);
    std::vector<T> all(count_);
    std::memcpy(static_cast<void*>(all.data()), bytes.data(), count_ * sizeof(T));
    return all;
  }

 private:
  static constexpr int kBehind = 256;
  static constexpr unsigned char kMark = 0x5a;

  OnGpu(size_t count, const unsigned char* values, size_t bytes)
      : count_(count), memory_(pancreas::allocate_on_device(count * sizeof(T) + kBehind)) {
    std::vector<unsigned char> all(count * sizeof(T) + kBehind, kMark);
    std::copy_n(values, bytes, all.begin());
    pancreas::copy_to_device(memory_.get(), all.data(), all.size(), "test");
  }

  size_t count_;
  pancreas::DeviceMemory memory_;
};

// An axis' taps in the GPU's memory.
class GpuTaps {
 public:
  GpuTaps(int32_t filter, int64_t source, int64_t target)
      : GpuTaps(pancreas::HostTaps(filter, source, target)) {}
  explicit GpuTaps(const pancreas::HostTaps& taps)
      : first_(taps.first), offset_(taps.offset), weights_(taps.weights) {}
  pancreas::AxisTaps get() const { return {first_.get(), offset_.get(), weights_.get()}; }

 private:
  OnGpu<int32_t> first_;
  OnGpu<int32_t> offset_;
  OnGpu<float> weights_;
};

}  // namespace pancreas_test

#endif
