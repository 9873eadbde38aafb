#include "kernels/deep_supervision_head/deep_supervision_head_ref.h"

#include <cmath>

namespace pancreas {

std::vector<double> deep_supervision_head_ref(const DeepSupervisionHead& head) {
  std::vector<double> probability;
  for (int64_t slice = 0; slice < head.size[0]; ++slice) {
    for (int64_t row = 0; row < head.size[1]; ++row) {
      for (int64_t column = 0; column < head.size[2]; ++column) {
        std::vector<double> concatenated;
        const float* kernel = head.kernels;
        for (int32_t level = 0; level < head.levels; ++level) {
          const int64_t factor = head.factors[level];
          const int64_t channels = head.channels[level];
          const int64_t map_row = slice * (head.size[1] / factor) + row / factor;
          const int64_t pixel = map_row * (head.size[2] / factor) + column / factor;
          for (int m = 0; m < 2; ++m) {
            double sum = head.biases[2 * level + m];
            for (int64_t c = 0; c < channels; ++c) {
              sum +=
                  static_cast<double>(head.maps[level][pixel * channels + c]) * kernel[2 * c + m];
            }
            concatenated.push_back(sum);
          }
          kernel += 2 * channels;
        }
        double logits[2];
        for (int j = 0; j < 2; ++j) {
          logits[j] = head.head_bias[j];
          for (size_t k = 0; k < concatenated.size(); ++k) {
            logits[j] += concatenated[k] * head.head_kernel[2 * k + static_cast<size_t>(j)];
          }
        }
        const double e0 = std::exp(logits[0]);
        const double e1 = std::exp(logits[1]);
        probability.push_back(e1 / (e0 + e1));
      }
    }
  }
  return probability;
}

}  // namespace pancreas
