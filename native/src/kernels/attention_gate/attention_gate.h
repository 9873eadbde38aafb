#ifndef PANCREAS_KERNELS_ATTENTION_GATE_ATTENTION_GATE_H
#define PANCREAS_KERNELS_ATTENTION_GATE_ATTENTION_GATE_H

#include <cstdint>

namespace pancreas {

// Inner channels are worked on in blocks; the last one is filled up with zeros.
inline constexpr int64_t kGateBlock = 16;

// The arguments of pnc_attention_gate.
struct AttentionGate {
  const float* x;
  const int64_t* x_size;
  const float* gating;
  const int64_t* gating_size;
  int64_t inner;
  const float* theta;
  const float* phi;
  const float* phi_bias;
  const float* psi;
  float psi_bias;
  float* target;
  int32_t threads;
};

// What one row of theta needs. Weights are packed as [block][depth][kGateBlock].
struct GateRow {
  const float* upper;  // two rows of x, 2 * pixels columns each
  const float* lower;
  int64_t pixels;
  int64_t channels;    // of x
  const float* theta;  // depth 4 * channels: those of the upper pair of pixels, then the lower
  const float* phi;    // [pixel / factor][blocks * kGateBlock]
  int64_t factor;
  int64_t blocks;
  const float* psi;  // [blocks * kGateBlock]
  float psi_bias;
};

// The inner loops, once per instruction set.
struct AttentionGateRoutines {
  const char* name;
  // out[pixel][blocks * kGateBlock] = bias + in[pixel][depth] x weights
  void (*project)(const float* in, int64_t pixels, int64_t depth, const float* weights,
                  const float* bias, int64_t blocks, float* out);
  // logits[pixel] = psi . relu(theta(x) + phi) + psi_bias
  void (*gate_row)(const GateRow& row, float* logits);
};

extern const AttentionGateRoutines kAttentionGatePortable;
#if defined(PANCREAS_WITH_AVX2)
extern const AttentionGateRoutines kAttentionGateAvx2;
#endif

// The fastest routines that this CPU runs.
const AttentionGateRoutines& attention_gate_routines();

// pnc_attention_gate with given routines.
int32_t attention_gate(const AttentionGateRoutines& routines, const AttentionGate& gate);

}  // namespace pancreas

#endif
