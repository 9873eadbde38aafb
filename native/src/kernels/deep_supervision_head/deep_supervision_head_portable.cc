#include <cmath>

#include "kernels/deep_supervision_head/deep_supervision_head.h"

namespace pancreas {
namespace {

void dot_row(const float* in, int64_t pixels, int64_t channels, const float* weights, float* dots) {
  for (int64_t pixel = 0; pixel < pixels; ++pixel) {
    float sum = 0;
    for (int64_t c = 0; c < channels; ++c) {
      sum += in[pixel * channels + c] * weights[c];
    }
    dots[pixel] = sum;
  }
}

void sigmoid(float* values, int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    values[i] = 1.0f / (1.0f + std::exp(-values[i]));
  }
}

}  // namespace

const DeepSupervisionHeadRoutines kDeepSupervisionHeadPortable = {"portable", dot_row, sigmoid};

}  // namespace pancreas
