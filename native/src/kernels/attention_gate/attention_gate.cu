#include "cuda/launch.h"
#include "cuda/values.h"
#include "kernels/attention_gate/attention_gate_element.h"
#include "kernels/attention_gate/attention_gate_gpu.h"

namespace pancreas {
namespace {

constexpr int kThreads = 256;
constexpr int kWarps = kThreads / 32;

// A warp makes the attention of a pixel of theta and multiplies the four pixels of x with it.
template <typename Value>
__global__ void __launch_bounds__(kThreads) attention_gate(const GpuAttentionGate gate) {
  const int lane = static_cast<int>(threadIdx.x) % 32;
  const int64_t pixel = static_cast<int64_t>(blockIdx.x) * kWarps + threadIdx.x / 32;
  const int32_t slice_size = gate.rows * gate.columns;
  if (pixel >= static_cast<int64_t>(gate.slices) * slice_size) {
    return;
  }
  const int64_t slice = pixel / slice_size;
  const auto in_slice = static_cast<int32_t>(pixel % slice_size);
  const int32_t row = in_slice / gate.columns;
  const int32_t column = in_slice % gate.columns;
  const int64_t coarse = coarse_pixel(slice, row, column, gate.factor, gate.rows / gate.factor,
                                      gate.columns / gate.factor);
  const Value* theta = static_cast<const Value*>(gate.theta) + pixel * gate.inner;
  const Value* phi = static_cast<const Value*>(gate.phi) + coarse * gate.inner;
  float logit = 0;
  for (int32_t i = lane; i < gate.inner; i += 32) {
    logit += gate_term(to_float(theta[i]), to_float(phi[i]), gate.psi[i]);
  }
  for (int distance = 16; distance > 0; distance /= 2) {
    logit += __shfl_xor_sync(0xffffffffu, logit, distance);
  }
  const float attention = logistic(logit + gate.psi_bias);
  // Two pixels of x lie side by side.
  Value* upper =
      static_cast<Value*>(gate.x) +
      ((slice * 2 * gate.rows + 2 * row) * 2 * gate.columns + 2 * column) * gate.channels;
  const int64_t line = int64_t{2} * gate.columns * gate.channels;
  const int32_t groups = 2 * gate.channels / 8;
  for (int32_t i = lane; i < 2 * groups; i += 32) {
    Value* at = upper + (i / groups) * line + i % groups * 8;
    Eight eight = load_eight(at);
    for (float& value : eight.values) {
      value *= attention;
    }
    store_eight(at, eight);
  }
}

}  // namespace

void launch_attention_gate(Precision precision, const GpuAttentionGate& gate, cudaStream_t stream) {
  const int64_t pixels = static_cast<int64_t>(gate.slices) * gate.rows * gate.columns;
  const auto blocks = static_cast<unsigned>((pixels + kWarps - 1) / kWarps);
  const auto kernel =
      precision == Precision::kFloat16 ? attention_gate<half> : attention_gate<float>;
  launch("attention gate", kernel, blocks, kThreads, 0, stream, gate);
}

}  // namespace pancreas
