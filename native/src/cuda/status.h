#ifndef PANCREAS_CUDA_STATUS_H
#define PANCREAS_CUDA_STATUS_H

#include <cuda_runtime_api.h>

#include <stdexcept>
#include <string>

namespace pancreas {

// What the device or its driver refused, in one line.
class DeviceError : public std::runtime_error {
 public:
  explicit DeviceError(const std::string& what) : std::runtime_error(what) {}
};

// Throws where a call of CUDA did not succeed.
inline void check(cudaError_t error, const char* what) {
  if (error != cudaSuccess) {
    throw DeviceError(std::string(what) + ": " + cudaGetErrorString(error));
  }
}

}  // namespace pancreas

#endif
