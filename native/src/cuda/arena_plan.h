#ifndef PANCREAS_CUDA_ARENA_PLAN_H
#define PANCREAS_CUDA_ARENA_PLAN_H

#include <cstddef>
#include <map>

namespace pancreas {

// Lays out buffers in one block of memory before it exists: those that are not needed at the same
// time share their place. Takes the first gap that is large enough.
class ArenaPlan {
 public:
  // What every buffer is aligned to.
  static constexpr size_t kAlignment = 256;

  // The offset of a new buffer.
  size_t take(size_t bytes);

  // Ends a buffer's life: what is taken from now on may lie there.
  void give(size_t offset);

  // The size of the block.
  size_t bytes() const { return bytes_; }

 private:
  std::map<size_t, size_t> taken_;  // offset -> bytes of those that live
  size_t bytes_ = 0;
};

}  // namespace pancreas

#endif
