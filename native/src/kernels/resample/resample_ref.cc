#include "kernels/resample/resample_ref.h"

#include <algorithm>
#include <cmath>

#include "pancreas.h"

namespace pancreas {
namespace {

struct Tap {
  int64_t index;
  double weight;
};

std::vector<Tap> taps(int32_t filter, int64_t source_size, int64_t target_size, int64_t index) {
  if (filter == PNC_FILTER_NONE) {
    return {{index, 1.0}};
  }
  const double scale = static_cast<double>(source_size) / static_cast<double>(target_size);
  if (filter == PNC_FILTER_NEAREST) {
    const double position = (static_cast<double>(index) + 0.5) * static_cast<double>(source_size) /
                            static_cast<double>(target_size);
    return {{static_cast<int64_t>(std::floor(position)), 1.0}};
  }
  const double centre = (static_cast<double>(index) + 0.5) * scale;
  const double radius = std::max(scale, 1.0);
  std::vector<Tap> found;
  double sum = 0;
  for (int64_t s = 0; s < source_size; ++s) {
    const double weight = 1.0 - std::abs(static_cast<double>(s) + 0.5 - centre) / radius;
    // Weights that are zero but for rounding do not count: a NaN there must not spread.
    if (weight > 1e-9) {
      found.push_back({s, weight});
      sum += weight;
    }
  }
  for (Tap& tap : found) {
    tap.weight /= sum;
  }
  return found;
}

std::vector<std::vector<Tap>> axis_taps(int32_t filter, int64_t source_size, int64_t target_size) {
  std::vector<std::vector<Tap>> all;
  for (int64_t i = 0; i < target_size; ++i) {
    all.push_back(taps(filter, source_size, target_size, i));
  }
  return all;
}

}  // namespace

std::vector<double> resample_ref(const float* source, const int64_t* source_size,
                                 const int64_t* target_size, const int32_t* filters) {
  const auto z_taps = axis_taps(filters[0], source_size[0], target_size[0]);
  const auto y_taps = axis_taps(filters[1], source_size[1], target_size[1]);
  const auto x_taps = axis_taps(filters[2], source_size[2], target_size[2]);
  std::vector<double> target;
  for (const auto& z_list : z_taps) {
    for (const auto& y_list : y_taps) {
      for (const auto& x_list : x_taps) {
        double sum = 0;
        for (const Tap& z : z_list) {
          for (const Tap& y : y_list) {
            const float* row = source + (z.index * source_size[1] + y.index) * source_size[2];
            for (const Tap& x : x_list) {
              sum += z.weight * y.weight * x.weight * row[x.index];
            }
          }
        }
        target.push_back(sum);
      }
    }
  }
  return target;
}

int64_t tap_count_ref(int32_t filter, int64_t source_size, int64_t target_size, int64_t index) {
  return static_cast<int64_t>(taps(filter, source_size, target_size, index).size());
}

}  // namespace pancreas
