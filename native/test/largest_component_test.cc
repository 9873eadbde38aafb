#include <algorithm>
#include <random>
#include <vector>

#include "check.h"
#include "pancreas.h"

namespace pancreas_test {
namespace {

// Slices of their own, as callers may have them.
using Mask = std::vector<std::vector<uint8_t>>;

int32_t keep_largest(Mask& mask, const int64_t* size, int32_t threads) {
  std::vector<uint8_t*> slices;
  for (std::vector<uint8_t>& slice : mask) {
    slices.push_back(slice.data());
  }
  return pnc_largest_component(slices.data(), size, threads);
}

Mask by_flood_fill(const Mask& mask, const int64_t* size) {
  const int64_t plane = size[1] * size[2];
  const int64_t count = size[0] * plane;
  const auto voxel = [&](int64_t i) {
    return mask[static_cast<size_t>(i / plane)][static_cast<size_t>(i % plane)];
  };
  std::vector<bool> seen(static_cast<size_t>(count));
  std::vector<int64_t> best;
  for (int64_t start = 0; start < count; ++start) {
    if (seen[static_cast<size_t>(start)] || voxel(start) == 0) {
      continue;
    }
    std::vector<int64_t> component = {start};
    seen[static_cast<size_t>(start)] = true;
    for (size_t done = 0; done < component.size(); ++done) {
      const int64_t z = component[done] / plane;
      const int64_t y = component[done] / size[2] % size[1];
      const int64_t x = component[done] % size[2];
      for (int64_t k = std::max<int64_t>(z - 1, 0); k <= std::min(z + 1, size[0] - 1); ++k) {
        for (int64_t j = std::max<int64_t>(y - 1, 0); j <= std::min(y + 1, size[1] - 1); ++j) {
          for (int64_t i = std::max<int64_t>(x - 1, 0); i <= std::min(x + 1, size[2] - 1); ++i) {
            const int64_t next = (k * size[1] + j) * size[2] + i;
            if (!seen[static_cast<size_t>(next)] && voxel(next) != 0) {
              seen[static_cast<size_t>(next)] = true;
              component.push_back(next);
            }
          }
        }
      }
    }
    if (component.size() > best.size()) {
      best = component;
    }
  }
  Mask kept(mask.size(), std::vector<uint8_t>(static_cast<size_t>(plane)));
  for (const int64_t i : best) {
    kept[static_cast<size_t>(i / plane)][static_cast<size_t>(i % plane)] = voxel(i);
  }
  return kept;
}

void keeps_the_same_voxels_as_a_flood_fill() {
  std::mt19937 random(51);
  for (const int64_t columns : {1, 7, 8, 9, 16, 17, 40}) {
    for (const double density : {0.0, 0.02, 0.1, 0.3, 0.9, 1.0}) {
      for (int round = 0; round < 8; ++round) {
        const int64_t size[] = {static_cast<int64_t>(1 + random() % 5),
                                static_cast<int64_t>(1 + random() % 9), columns};
        std::bernoulli_distribution inside(density);
        Mask mask(static_cast<size_t>(size[0]),
                  std::vector<uint8_t>(static_cast<size_t>(size[1] * size[2])));
        for (std::vector<uint8_t>& slice : mask) {
          std::generate(slice.begin(), slice.end(), [&] {
            return static_cast<uint8_t>(inside(random) ? 1 + random() % 255 : 0);
          });
        }
        const Mask expected = by_flood_fill(mask, size);
        for (const int32_t threads : {1, 3}) {
          Mask found = mask;
          CHECK(keep_largest(found, size, threads) == PNC_OK && found == expected);
        }
      }
    }
  }
}

void of_equal_components_the_first_stays() {
  const int64_t size[] = {2, 1, 5};
  Mask mask = {{0, 0, 0, 1, 1}, {1, 1, 0, 0, 0}};
  CHECK(keep_largest(mask, size, 2) == PNC_OK);
  CHECK((mask == Mask{{0, 0, 0, 1, 1}, {0, 0, 0, 0, 0}}));
}

void bad_arguments_are_refused() {
  const int64_t size[] = {1, 2, 2};
  const int64_t none[] = {1, 0, 2};
  uint8_t slice[] = {1, 0, 0, 1};
  uint8_t* const slices[] = {slice};
  uint8_t* const null[] = {nullptr};
  CHECK(pnc_largest_component(nullptr, size, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_largest_component(null, size, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_largest_component(slices, nullptr, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_largest_component(slices, none, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_largest_component(slices, size, 0) == PNC_INVALID_ARGUMENT);
}

}  // namespace

void test_largest_component() {
  keeps_the_same_voxels_as_a_flood_fill();
  of_equal_components_the_first_stays();
  bad_arguments_are_refused();
}

}  // namespace pancreas_test
