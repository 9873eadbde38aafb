#include "kernels/threshold/threshold.h"

namespace pancreas {
namespace {

void apply(const float* probability, float threshold, uint8_t* mask, int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    mask[i] = probability[i] > threshold ? 1 : 0;
  }
}

}  // namespace

const ThresholdRoutines kThresholdPortable = {"portable", apply};

}  // namespace pancreas
