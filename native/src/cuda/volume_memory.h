#ifndef PANCREAS_CUDA_VOLUME_MEMORY_H
#define PANCREAS_CUDA_VOLUME_MEMORY_H

#include <algorithm>
#include <cstddef>

#include "cuda/device_memory.h"

namespace pancreas {

// What a CT needs on its way to the GPU and back: memory there, two blocks of pinned memory for
// copies, a stream for them, and events that tell when a block is free again. Kept from run to run,
// since pinned memory takes longer to be had than a network to run.
class VolumeMemory {
 public:
  // Makes room, on the GPU and in each block.
  void reserve(size_t bytes, size_t block_bytes) {
    if (copies_ == nullptr) {
      copies_ = make_stream();
      std::generate_n(free_, 2, make_event);
    }
    if (bytes > bytes_) {
      memory_ = nullptr;
      bytes_ = 0;
      memory_ = allocate_on_device(bytes);
      bytes_ = bytes;
    }
    if (block_bytes > block_bytes_) {
      block_bytes_ = 0;
      for (PinnedMemory& block : blocks_) {
        block = nullptr;
        block = allocate_pinned(block_bytes);
      }
      block_bytes_ = block_bytes;
    }
  }

  // On the GPU.
  size_t bytes() const { return bytes_; }
  char* on_gpu() const { return static_cast<char*>(memory_.get()); }
  char* block(int turn) const { return static_cast<char*>(blocks_[turn].get()); }
  cudaEvent_t free(int turn) const { return free_[turn].get(); }
  cudaStream_t copies() const { return copies_.get(); }

 private:
  DeviceMemory memory_;
  size_t bytes_ = 0;
  PinnedMemory blocks_[2];
  size_t block_bytes_ = 0;
  Stream copies_;
  Event free_[2];
};

}  // namespace pancreas

#endif
