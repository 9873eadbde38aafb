#include "kernels/attention_gate/attention_gate.h"

namespace pancreas {
namespace {

// sums += in[depth] x weights[depth][kGateBlock]
inline void add_products(const float* in, int64_t depth, const float* weights, float* sums) {
  for (int64_t k = 0; k < depth; ++k) {
    for (int64_t i = 0; i < kGateBlock; ++i) {
      sums[i] += in[k] * weights[k * kGateBlock + i];
    }
  }
}

void project(const float* in, int64_t pixels, int64_t depth, const float* weights,
             const float* bias, int64_t blocks, float* out) {
  for (int64_t pixel = 0; pixel < pixels; ++pixel) {
    for (int64_t block = 0; block < blocks; ++block) {
      float sums[kGateBlock];
      for (int64_t i = 0; i < kGateBlock; ++i) {
        sums[i] = bias[block * kGateBlock + i];
      }
      add_products(in + pixel * depth, depth, weights + block * depth * kGateBlock, sums);
      for (int64_t i = 0; i < kGateBlock; ++i) {
        out[(pixel * blocks + block) * kGateBlock + i] = sums[i];
      }
    }
  }
}

void gate_row(const GateRow& row, float* logits) {
  const int64_t pair = 2 * row.channels;
  for (int64_t pixel = 0; pixel < row.pixels; ++pixel) {
    const float* phi = row.phi + pixel / row.factor * row.blocks * kGateBlock;
    float logit = row.psi_bias;
    for (int64_t block = 0; block < row.blocks; ++block) {
      float sums[kGateBlock];
      for (int64_t i = 0; i < kGateBlock; ++i) {
        sums[i] = phi[block * kGateBlock + i];
      }
      const float* theta = row.theta + block * 2 * pair * kGateBlock;
      add_products(row.upper + pixel * pair, pair, theta, sums);
      add_products(row.lower + pixel * pair, pair, theta + pair * kGateBlock, sums);
      for (int64_t i = 0; i < kGateBlock; ++i) {
        logit += (sums[i] < 0 ? 0 : sums[i]) * row.psi[block * kGateBlock + i];
      }
    }
    logits[pixel] = logit;
  }
}

}  // namespace

const AttentionGateRoutines kAttentionGatePortable = {"portable", project, gate_row};

}  // namespace pancreas
