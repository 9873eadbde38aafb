#ifndef PANCREAS_TEST_CUDA_ORIENTATION_H
#define PANCREAS_TEST_CUDA_ORIENTATION_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace pancreas_test {

using Size = std::array<int64_t, 3>;

// How a CT is stored: which of its axes the view's z, y and x are, and which run backwards.
struct Orientation {
  std::array<int32_t, 3> axes;
  std::array<bool, 3> flips;
};

inline int64_t volume_of(const Size& size) { return size[0] * size[1] * size[2]; }

// The size of what is stored.
inline Size stored_size(const Size& view, const Orientation& orientation) {
  Size stored;
  for (size_t a = 0; a < 3; ++a) {
    stored[static_cast<size_t>(orientation.axes[a])] = view[a];
  }
  return stored;
}

// For each voxel of the view, in its order, which stored voxel it is.
inline std::vector<size_t> stored_places(const Size& view, const Orientation& orientation) {
  const Size stored = stored_size(view, orientation);
  std::vector<size_t> places;
  Size at;
  for (at[0] = 0; at[0] < view[0]; ++at[0]) {
    for (at[1] = 0; at[1] < view[1]; ++at[1]) {
      for (at[2] = 0; at[2] < view[2]; ++at[2]) {
        Size s;
        for (size_t a = 0; a < 3; ++a) {
          s[static_cast<size_t>(orientation.axes[a])] =
              orientation.flips[a] ? view[a] - 1 - at[a] : at[a];
        }
        places.push_back(static_cast<size_t>((s[0] * stored[1] + s[1]) * stored[2] + s[2]));
      }
    }
  }
  return places;
}

}  // namespace pancreas_test

#endif
