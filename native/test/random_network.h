#ifndef PANCREAS_TEST_RANDOM_NETWORK_H
#define PANCREAS_TEST_RANDOM_NETWORK_H

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "net/packed_network.h"

namespace pancreas_test {

inline std::vector<float> random_values(int64_t count, float scale, uint32_t seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> uniform(-scale, scale);
  std::vector<float> values(static_cast<size_t>(count));
  for (float& value : values) {
    value = uniform(random);
  }
  return values;
}

// Weights of a network, tensor after tensor, scaled so that signals neither vanish nor grow.
inline std::vector<float> random_weights(const std::vector<int64_t>& filters, uint32_t seed) {
  std::vector<float> weights;
  const auto add = [&](int64_t count, double fan_in) {
    // The variance of a uniform distribution in [-a, a] is a^2 / 3.
    const float scale = static_cast<float>(std::sqrt(3 * 2 / fan_in));
    const std::vector<float> tensor = random_values(count, scale, seed++);
    weights.insert(weights.end(), tensor.begin(), tensor.end());
  };
  const auto layer = [&](int64_t size, int64_t in, int64_t out) {
    add(size * size * in * out, static_cast<double>(size * size * in));
    const std::vector<float> bias = random_values(out, 0.1f, seed++);
    weights.insert(weights.end(), bias.begin(), bias.end());
  };
  int64_t in = 1;
  for (const int64_t f : filters) {
    layer(3, in, f);
    layer(3, f, f);
    in = f;
  }
  const size_t levels = filters.size();
  layer(1, in, filters[levels - 2]);
  for (size_t level = levels - 1; level-- > 0;) {
    const int64_t f = filters[level];
    layer(4, in, f);
    if (level > 0) {
      add(4 * f * (f / 2), static_cast<double>(4 * f));
      layer(1, filters[levels - 2], f / 2);
      layer(1, f / 2, 1);
      layer(1, f, f);
    }
    layer(3, 2 * f, f);
    layer(3, f, f);
    in = f;
  }
  for (size_t level = levels - 1; level-- > 0;) {
    layer(1, filters[level], 2);
  }
  layer(1, 2 * static_cast<int64_t>(levels - 1), 2);
  return weights;
}

}  // namespace pancreas_test

#endif
