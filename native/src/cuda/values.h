// Eight channels at a time between memory and float32 registers. For device code.
#ifndef PANCREAS_CUDA_VALUES_H
#define PANCREAS_CUDA_VALUES_H

#include <cuda_fp16.h>

#include <cfloat>
#include <cstdint>
#include <cstring>

#include "cuda/tf32.h"

namespace pancreas {

struct Eight {
  float values[8];
};

__device__ inline Eight load_eight(const float* from) {
  const float4 low = reinterpret_cast<const float4*>(from)[0];
  const float4 high = reinterpret_cast<const float4*>(from)[1];
  return {{low.x, low.y, low.z, low.w, high.x, high.y, high.z, high.w}};
}

__device__ inline Eight load_eight(const Tf32* from) {
  return load_eight(reinterpret_cast<const float*>(from));
}

__device__ inline Eight load_eight(const half* from) {
  const uint4 bits = *reinterpret_cast<const uint4*>(from);
  half2 pairs[4];
  memcpy(static_cast<void*>(pairs), &bits, sizeof pairs);
  Eight eight;
  for (int i = 0; i < 4; ++i) {
    const float2 pair = __half22float2(pairs[i]);
    eight.values[2 * i] = pair.x;
    eight.values[2 * i + 1] = pair.y;
  }
  return eight;
}

__device__ inline void store_eight(float* to, const Eight& eight) {
  const float* v = eight.values;
  reinterpret_cast<float4*>(to)[0] = make_float4(v[0], v[1], v[2], v[3]);
  reinterpret_cast<float4*>(to)[1] = make_float4(v[4], v[5], v[6], v[7]);
}

__device__ inline void store_eight(Tf32* to, const Eight& eight) {
  Eight rounded;
  for (int i = 0; i < 8; ++i) {
    rounded.values[i] = to_tf32(eight.values[i]).value;
  }
  store_eight(reinterpret_cast<float*>(to), rounded);
}

__device__ inline void store_eight(half* to, const Eight& eight) {
  half2 pairs[4];
  for (int i = 0; i < 4; ++i) {
    pairs[i] = __floats2half2_rn(eight.values[2 * i], eight.values[2 * i + 1]);
  }
  uint4 bits;
  memcpy(&bits, pairs, sizeof bits);
  *reinterpret_cast<uint4*>(to) = bits;
}

// The largest value of a type.
template <typename Value>
constexpr float kMostOf = FLT_MAX;
template <>
constexpr float kMostOf<half> = 65504.0f;

// Whether a type holds a value, or what ReLU makes of it. False for NaN.
template <typename Value>
__device__ bool fits(float value, bool relu) {
  return value >= -(relu ? kMostOf<float> : kMostOf<Value>)&&value <= kMostOf<Value>;
}

__device__ inline float to_float(float value) { return value; }
__device__ inline float to_float(Tf32 value) { return value.value; }
__device__ inline float to_float(half value) { return __half2float(value); }

}  // namespace pancreas

#endif
