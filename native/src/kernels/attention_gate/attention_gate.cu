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
  const int32_t pixel =
      static_cast<int32_t>(blockIdx.x) * kWarps + static_cast<int32_t>(threadIdx.x) / 32;
  if (pixel >= gate.slices * gate.rows * gate.columns) {
    return;
  }
  const int32_t line = pixel / gate.columns;
  const int32_t column = pixel % gate.columns;
  const int32_t slice = line / gate.rows;
  const int32_t row = line % gate.rows;
  const int64_t coarse = coarse_pixel(slice, row, column, gate.factor, gate.rows / gate.factor,
                                      gate.columns / gate.factor);
  const Value* theta = static_cast<const Value*>(gate.theta) + int64_t{pixel} * gate.inner;
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
      static_cast<Value*>(gate.x) + (int64_t{4} * line * gate.columns + 2 * column) * gate.channels;
  const int64_t x_line = int64_t{2} * gate.columns * gate.channels;
  const int32_t groups = 2 * gate.channels / 8;
  for (int32_t i = lane; i < 2 * groups; i += 32) {
    Value* at = upper + (i / groups) * x_line + i % groups * 8;
    Eight eight = load_eight(at);
    for (float& value : eight.values) {
      value *= attention;
    }
    store_eight(at, eight);
  }
}

}  // namespace

void launch_attention_gate(Precision precision, const GpuAttentionGate& gate, cudaStream_t stream) {
  const int32_t pixels = gate.slices * gate.rows * gate.columns;
  const auto blocks = static_cast<unsigned>((pixels + kWarps - 1) / kWarps);
  const auto kernel = precision == Precision::kFloat16 ? attention_gate<half>
                      : precision == Precision::kTf32  ? attention_gate<Tf32>
                                                       : attention_gate<float>;
  launch("attention gate", kernel, blocks, kThreads, 0, stream, gate);
}

}  // namespace pancreas
