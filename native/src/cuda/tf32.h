#ifndef PANCREAS_CUDA_TF32_H
#define PANCREAS_CUDA_TF32_H

#include <cstdint>
#include <cstring>

#include "common/host_device.h"

namespace pancreas {

// What tensor cores take of a float32: 10 bits of fraction. Stored as a float whose other bits are
// zeros, so that nothing is lost where it is multiplied.
struct Tf32 {
  float value;
};

// To nearest, ties away from zero, as the GPU's own conversion has it.
PNC_HOST_DEVICE inline Tf32 to_tf32(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  constexpr uint32_t kCut = 0x1fff;
  constexpr uint32_t kExponent = 0x7f800000;
  // NaN stays one: those that the GPU makes have ones in the bits that are left.
  bits = ((bits & kExponent) == kExponent ? bits : bits + (kCut + 1) / 2) & ~kCut;
  Tf32 rounded;
  memcpy(&rounded.value, &bits, sizeof bits);
  return rounded;
}

}  // namespace pancreas

#endif
