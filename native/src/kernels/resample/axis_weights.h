#ifndef PANCREAS_KERNELS_RESAMPLE_AXIS_WEIGHTS_H
#define PANCREAS_KERNELS_RESAMPLE_AXIS_WEIGHTS_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace pancreas {

// Where the sums of an axis read, for the inner loops: target i is the sum over k of
// weights[offset[i] + k] * source[first[i] + k], for k in [0, offset[i + 1] - offset[i]). Plain
// data, so that code compiled for one instruction set shares no inline function with the rest.
struct Taps {
  int64_t source_size;
  int64_t target_size;
  const int64_t* first;
  const int64_t* offset;
  const float* weights;
};

// Which source values of an axis make each target value, and with which weights. The same numbers
// as ai.pancreas.kernel.AxisWeights: both compute them in integers and divide once.
class AxisWeights {
 public:
  // The sizes are in [1, PNC_MAX_AXIS], and equal for PNC_FILTER_NONE. Throws std::bad_alloc.
  AxisWeights(int32_t filter, int64_t source_size, int64_t target_size);

  int64_t source_size() const { return source_size_; }
  int64_t target_size() const { return static_cast<int64_t>(first_.size()); }

  // Target i is source i.
  bool is_identity() const { return identity_; }
  // Each target is one source value, unchanged: nearest neighbour or identity.
  bool is_selection() const { return selection_; }

  int64_t first(int64_t target) const { return first_[static_cast<size_t>(target)]; }
  int64_t count(int64_t target) const {
    const auto i = static_cast<size_t>(target);
    return offset_[i + 1] - offset_[i];
  }
  const float* weights(int64_t target) const {
    return weights_.data() + offset_[static_cast<size_t>(target)];
  }
  int64_t largest_count() const { return largest_count_; }
  Taps taps() const {
    return {source_size(), target_size(), first_.data(), offset_.data(), weights_.data()};
  }

 private:
  void append(int64_t first, const std::vector<int64_t>& numerators);

  int64_t source_size_;
  bool identity_;
  bool selection_;
  int64_t largest_count_ = 0;
  std::vector<int64_t> first_;
  std::vector<int64_t> offset_;
  std::vector<float> weights_;
};

}  // namespace pancreas

#endif
