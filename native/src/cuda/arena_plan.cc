#include "cuda/arena_plan.h"

#include <algorithm>

namespace pancreas {

size_t ArenaPlan::take(size_t bytes) {
  const size_t size = (std::max<size_t>(bytes, 1) + kAlignment - 1) / kAlignment * kAlignment;
  size_t offset = 0;
  for (const auto& [begin, length] : taken_) {
    if (begin >= offset + size) {
      break;
    }
    offset = begin + length;
  }
  taken_[offset] = size;
  bytes_ = std::max(bytes_, offset + size);
  return offset;
}

void ArenaPlan::give(size_t offset) { taken_.erase(offset); }

}  // namespace pancreas
