#ifndef PANCREAS_KERNELS_CONVOLUTION_ARENA_H
#define PANCREAS_KERNELS_CONVOLUTION_ARENA_H

#include <cstdint>

#include "kernels/convolution/image.h"

namespace pancreas {

// Hands out parts of one block of zeros; without a block, it only counts what they need.
class Arena {
 public:
  explicit Arena(float* block) : block_(block) {}

  // Null while counting. Each part starts at a cache line.
  float* take(int64_t count);

  // Images with their frames.
  Image take_images(int64_t images, int64_t rows, int64_t columns, int64_t channels);

  // The floats taken.
  int64_t used() const { return used_; }

 private:
  float* block_;
  int64_t used_ = 0;
};

}  // namespace pancreas

#endif
