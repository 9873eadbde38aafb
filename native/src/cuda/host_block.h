#ifndef PANCREAS_CUDA_HOST_BLOCK_H
#define PANCREAS_CUDA_HOST_BLOCK_H

#include <cstddef>
#include <cstring>
#include <vector>

#include "cuda/arena_plan.h"

namespace pancreas {

// Arrays of any type one after the other, which go to the GPU as one.
class HostBlock {
 public:
  // Where the array lies in the block.
  template <typename T>
  size_t add(const T* values, size_t count) {
    const size_t offset =
        (bytes_.size() + ArenaPlan::kAlignment - 1) / ArenaPlan::kAlignment * ArenaPlan::kAlignment;
    bytes_.resize(offset + count * sizeof(T));
    std::memcpy(bytes_.data() + offset, values, count * sizeof(T));
    return offset;
  }
  template <typename T>
  size_t add(const std::vector<T>& values) {
    return add(values.data(), values.size());
  }
  const std::vector<unsigned char>& bytes() const { return bytes_; }

 private:
  std::vector<unsigned char> bytes_;
};

}  // namespace pancreas

#endif
