#include "kernels/attention_gate/attention_gate_ref.h"

#include <cmath>

namespace pancreas {
namespace {

// psi . relu(theta(x) + phi(g)) + psi_bias at one pixel of theta.
double logit(const AttentionGate& gate, int64_t slice, int64_t row, int64_t column) {
  const int64_t* x_size = gate.x_size;
  const int64_t* g_size = gate.gating_size;
  const int64_t factor = (x_size[1] + 1) / 2 / g_size[1];
  const int64_t g_pixel = (slice * g_size[1] + row / factor) * g_size[2] + column / factor;
  double result = gate.psi_bias;
  for (int64_t i = 0; i < gate.inner; ++i) {
    double a = gate.phi_bias[i];
    for (int64_t k = 0; k < g_size[3]; ++k) {
      a += static_cast<double>(gate.gating[g_pixel * g_size[3] + k]) * gate.phi[k * gate.inner + i];
    }
    for (int64_t ky = 0; ky < 2; ++ky) {
      for (int64_t kx = 0; kx < 2; ++kx) {
        const int64_t y = 2 * row + ky;
        const int64_t x = 2 * column + kx;
        if (y >= x_size[1] || x >= x_size[2]) {
          continue;
        }
        const int64_t pixel = (slice * x_size[1] + y) * x_size[2] + x;
        for (int64_t k = 0; k < x_size[3]; ++k) {
          a += static_cast<double>(gate.x[pixel * x_size[3] + k]) *
               gate.theta[((ky * 2 + kx) * x_size[3] + k) * gate.inner + i];
        }
      }
    }
    result += (a < 0 ? 0 : a) * gate.psi[i];
  }
  return result;
}

}  // namespace

std::vector<double> attention_gate_ref(const AttentionGate& gate) {
  std::vector<double> target;
  for (int64_t slice = 0; slice < gate.x_size[0]; ++slice) {
    for (int64_t y = 0; y < gate.x_size[1]; ++y) {
      for (int64_t x = 0; x < gate.x_size[2]; ++x) {
        const double attention = 1 / (1 + std::exp(-logit(gate, slice, y / 2, x / 2)));
        for (int64_t k = 0; k < gate.x_size[3]; ++k) {
          target.push_back(gate.x[target.size()] * attention);
        }
      }
    }
  }
  return target;
}

}  // namespace pancreas
