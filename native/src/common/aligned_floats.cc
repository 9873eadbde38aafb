#include "common/aligned_floats.h"

#include <cstring>
#include <new>

namespace pancreas {
namespace {

constexpr std::align_val_t kCacheLine{64};

}  // namespace

AlignedFloats::AlignedFloats(int64_t count) : size_(count) {
  const size_t bytes = static_cast<size_t>(count) * sizeof(float);
  data_.reset(static_cast<float*>(::operator new(bytes, kCacheLine)));
  std::memset(data_.get(), 0, bytes);
}

void AlignedFloats::Free::operator()(float* data) const { ::operator delete(data, kCacheLine); }

}  // namespace pancreas
