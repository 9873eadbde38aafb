#ifndef PANCREAS_COMMON_ALIGNED_FLOATS_H
#define PANCREAS_COMMON_ALIGNED_FLOATS_H

#include <cstdint>
#include <memory>

namespace pancreas {

// An array of floats that starts at a cache line, all zero at first. Throws std::bad_alloc.
class AlignedFloats {
 public:
  AlignedFloats() = default;
  explicit AlignedFloats(int64_t count);

  float* data() { return data_.get(); }
  const float* data() const { return data_.get(); }
  int64_t size() const { return size_; }
  int64_t bytes() const { return size_ * static_cast<int64_t>(sizeof(float)); }

 private:
  struct Free {
    void operator()(float* data) const;
  };

  std::unique_ptr<float[], Free> data_;
  int64_t size_ = 0;
};

}  // namespace pancreas

#endif
