#include <cuda_runtime_api.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "common/arguments.h"
#include "cuda/gpu_network.h"
#include "cuda/gpu_run.h"
#include "cuda/gpu_workspace_pool.h"
#include "net/network_layers.h"
#include "pancreas_cuda.h"

// The opaque type of the C ABI.
struct pnc_cuda_network {
  pnc_cuda_network(std::vector<int64_t> filters, const float* weights,
                   pancreas::Precision precision, int32_t on_device, int64_t memory_limit)
      : device(on_device),
        network(std::move(filters), weights, precision),
        pool(network, memory_limit) {}

  const int32_t device;
  const pancreas::GpuNetwork network;
  pancreas::GpuWorkspacePool pool;
};

namespace {

using pancreas::check;
using pancreas::DeviceError;

// The oldest GPUs that the library is compiled for have compute capability 7.5.
constexpr int kLeastMajor = 7;
constexpr int kLeastMinor = 5;
constexpr int64_t kMaxSide = int64_t{1} << 14;
constexpr int64_t kMaxSlices = int64_t{1} << 24;
constexpr int32_t kMaxThreads = 1024;

thread_local std::string last_error;
thread_local std::string device_text;

template <class Call>
int32_t guarded(const Call& call) {
  try {
    return call();
  } catch (const std::bad_alloc&) {
    return PNC_OUT_OF_MEMORY;
  } catch (const DeviceError& e) {
    last_error = e.what();
    // What failed once must not be told again by the next call.
    cudaGetLastError();
    return PNC_DEVICE_FAILED;
  } catch (const std::exception&) {
    return PNC_SYSTEM;
  }
}

// Makes a device this thread's, and the earlier one again at the end.
class OnDevice {
 public:
  explicit OnDevice(int32_t device) {
    check(cudaGetDevice(&before_), "GPU");
    check(cudaSetDevice(device), "GPU");
  }
  OnDevice(const OnDevice&) = delete;
  OnDevice& operator=(const OnDevice&) = delete;
  ~OnDevice() { cudaSetDevice(before_); }

 private:
  int before_ = 0;
};

bool is_filter(int32_t filter, int32_t source, int32_t target) {
  return filter == PNC_FILTER_NEAREST || filter == PNC_FILTER_LINEAR ||
         (filter == PNC_FILTER_NONE && source == target);
}

bool makes_sense(const pnc_cuda_volume& v, int32_t size_multiple) {
  bool used[3] = {};
  for (int a = 0; a < 3; ++a) {
    const int32_t axis = v.axes[a];
    if (axis < 0 || axis > 2 || used[axis] || v.stored_size[a] < 1 || v.stored_size[a] > kMaxSide ||
        v.network_size[a] < 1 || v.network_size[a] > kMaxSide) {
      return false;
    }
    used[axis] = true;
  }
  for (int a = 0; a < 3; ++a) {
    const int32_t size = v.stored_size[v.axes[a]];
    if (!is_filter(v.filters[a], size, v.network_size[a]) ||
        !is_filter(v.back_filters[a], v.network_size[a], size)) {
      return false;
    }
  }
  const bool range_of_volume = v.low == v.high;
  const bool window = range_of_volume
                          ? v.window_first == 0
                          : v.low < v.high && std::isfinite(v.low) && std::isfinite(v.high);
  return v.voxels != nullptr && v.slopes != nullptr && v.intercepts != nullptr &&
         v.mask != nullptr && window && v.clip_min <= v.clip_max &&
         v.network_size[1] % size_multiple == 0 && v.network_size[2] % size_multiple == 0;
}

}  // namespace

extern "C" const char* pnc_cuda_error(void) { return last_error.c_str(); }

extern "C" int32_t pnc_cuda_device_count(void) {
  int count = 0;
  if (cudaGetDeviceCount(&count) != cudaSuccess) {
    cudaGetLastError();
    return 0;
  }
  int32_t usable = 0;
  for (int device = 0; device < count; ++device) {
    int major = 0;
    int minor = 0;
    const bool known =
        cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, device) == cudaSuccess &&
        cudaDeviceGetAttribute(&minor, cudaDevAttrComputeCapabilityMinor, device) == cudaSuccess;
    usable += known && (major > kLeastMajor || (major == kLeastMajor && minor >= kLeastMinor));
  }
  return usable;
}

extern "C" const char* pnc_cuda_device(int32_t device) {
  cudaDeviceProp properties;
  device_text.clear();
  if (cudaGetDeviceProperties(&properties, device) == cudaSuccess) {
    char text[384];
    std::snprintf(text, sizeof text, "%s, %d.%d, %.0f GB", properties.name, properties.major,
                  properties.minor, static_cast<double>(properties.totalGlobalMem) / 1e9);
    device_text = text;
  } else {
    cudaGetLastError();
  }
  return device_text.c_str();
}

extern "C" pnc_cuda_network* pnc_cuda_network_create(const int32_t* filters, int32_t levels,
                                                     const float* weights, int64_t weight_count,
                                                     int32_t precision, int32_t device,
                                                     int64_t memory_limit, int32_t* status) {
  using namespace pancreas;
  int32_t ignored = 0;
  int32_t& result = status == nullptr ? ignored : *status;
  if (filters == nullptr || weights == nullptr || !NetworkLayers::supports(filters, levels) ||
      precision < PNC_PRECISION_FLOAT32 || precision > PNC_PRECISION_FLOAT16 || device < 0 ||
      memory_limit < 0) {
    result = PNC_INVALID_ARGUMENT;
    return nullptr;
  }
  pnc_cuda_network* network = nullptr;
  result = guarded([&] {
    const std::vector<int64_t> counts(filters, filters + levels);
    if (weight_count != NetworkLayers::weight_count(counts)) {
      return PNC_INVALID_ARGUMENT;
    }
    const OnDevice current(device);
    network = new pnc_cuda_network(counts, weights, static_cast<Precision>(precision), device,
                                   memory_limit);
    return PNC_OK;
  });
  return network;
}

extern "C" void pnc_cuda_network_destroy(pnc_cuda_network* network) {
  if (network == nullptr) {
    return;
  }
  guarded([&] {
    const OnDevice current(network->device);
    delete network;
    return PNC_OK;
  });
}

extern "C" int32_t pnc_cuda_network_run(pnc_cuda_network* network, const float* input,
                                        int64_t slices, int64_t rows, int64_t columns,
                                        float background, float* probability, int32_t* progress,
                                        const int32_t* cancel) {
  using namespace pancreas;
  if (network == nullptr || input == nullptr || probability == nullptr || slices < 1 ||
      slices > kMaxSlices || rows < 1 || rows > kMaxSide || columns < 1 || columns > kMaxSide ||
      !std::isfinite(background) ||
      floats_overlap(input, slices * rows * columns, probability, slices * rows * columns)) {
    return PNC_INVALID_ARGUMENT;
  }
  return guarded([&] {
    const OnDevice current(network->device);
    return run_slices(network->pool, network->network.size_multiple(),
                      {input, slices, rows, columns, background, probability}, {progress, cancel});
  });
}

extern "C" int32_t pnc_cuda_volume_run(pnc_cuda_network* network, const pnc_cuda_volume* volume,
                                       int32_t threads, int32_t* progress, const int32_t* cancel) {
  using namespace pancreas;
  if (network == nullptr || volume == nullptr || threads < 1 || threads > kMaxThreads ||
      !makes_sense(*volume, network->network.size_multiple())) {
    return PNC_INVALID_ARGUMENT;
  }
  return guarded([&] {
    const OnDevice current(network->device);
    return run_volume(network->pool, *volume, threads, {progress, cancel});
  });
}
