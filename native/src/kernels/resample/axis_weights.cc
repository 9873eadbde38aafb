#include "kernels/resample/axis_weights.h"

#include <algorithm>
#include <cstdlib>

#include "pancreas.h"

namespace pancreas {

// Source value s has its centre at s + 1/2; target value i has its at (i + 1/2) * source / target.
// The triangle reaches max(source, target) / target to both sides, so the weight of s is
//   1 - |(2 s + 1) target - (2 i + 1) source| / (2 max(source, target)),
// whose numerators are integers. Divided by their sum they are the normalised weights.
AxisWeights::AxisWeights(int32_t filter, int64_t source_size, int64_t target_size)
    : source_size_(source_size),
      identity_(filter == PNC_FILTER_NONE || source_size == target_size),
      selection_(filter != PNC_FILTER_LINEAR || identity_) {
  first_.reserve(static_cast<size_t>(target_size));
  offset_.reserve(static_cast<size_t>(target_size) + 1);
  offset_.push_back(0);
  const int64_t reach = 2 * std::max(source_size, target_size);
  std::vector<int64_t> numerators;
  for (int64_t i = 0; i < target_size; ++i) {
    const int64_t centre = (2 * i + 1) * source_size;
    if (selection_) {
      append(centre / (2 * target_size), {1});
      continue;
    }
    const int64_t below = centre - reach - target_size;
    const int64_t above = centre + reach - target_size;
    const int64_t first = below < 0 ? 0 : below / (2 * target_size) + 1;
    const int64_t last = std::min((above - 1) / (2 * target_size), source_size - 1);
    numerators.clear();
    for (int64_t s = first; s <= last; ++s) {
      numerators.push_back(reach - std::abs((2 * s + 1) * target_size - centre));
    }
    append(first, numerators);
  }
}

void AxisWeights::append(int64_t first, const std::vector<int64_t>& numerators) {
  int64_t sum = 0;
  for (const int64_t numerator : numerators) {
    sum += numerator;
  }
  for (const int64_t numerator : numerators) {
    const double weight = static_cast<double>(numerator) / static_cast<double>(sum);
    weights_.push_back(static_cast<float>(weight));
  }
  first_.push_back(first);
  offset_.push_back(static_cast<int64_t>(weights_.size()));
  largest_count_ = std::max(largest_count_, static_cast<int64_t>(numerators.size()));
}

}  // namespace pancreas
