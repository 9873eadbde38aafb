#include "kernels/argmax/argmax.h"

namespace pancreas {
namespace {

void apply(const float* logits, uint8_t* mask, int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    mask[i] = logits[2 * i + 1] > logits[2 * i] ? 1 : 0;
  }
}

}  // namespace

const ArgmaxRoutines kArgmaxPortable = {"portable", apply};

}  // namespace pancreas
