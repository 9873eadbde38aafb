#include "kernels/attention_gate/attention_gate.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "common/arguments.h"
#include "common/candidate.h"
#include "common/cpu_features.h"
#include "common/parallel_for.h"
#include "common/run_guarded.h"
#include "pancreas.h"

namespace pancreas {
namespace {

bool valid(const AttentionGate& gate) {
  if (gate.x == nullptr || gate.x_size == nullptr || gate.gating == nullptr ||
      gate.gating_size == nullptr || gate.theta == nullptr || gate.phi == nullptr ||
      gate.phi_bias == nullptr || gate.psi == nullptr || gate.target == nullptr ||
      gate.threads < 1) {
    return false;
  }
  const int64_t x_count = count_elements(gate.x_size, 4);
  const int64_t gating_count = count_elements(gate.gating_size, 4);
  const int64_t theta_size[] = {4, gate.x_size[3], gate.inner};
  const int64_t phi_size[] = {gate.gating_size[3], gate.inner};
  if (x_count == 0 || gating_count == 0 || gate.x_size[0] != gate.gating_size[0] ||
      count_elements(theta_size, 3) == 0 || count_elements(phi_size, 2) == 0) {
    return false;
  }
  const int64_t rows = (gate.x_size[1] + 1) / 2;
  const int64_t columns = (gate.x_size[2] + 1) / 2;
  const int64_t factor = rows / gate.gating_size[1];
  return factor >= 1 && rows == factor * gate.gating_size[1] &&
         columns == factor * gate.gating_size[2] &&
         !floats_overlap(gate.x, x_count, gate.target, x_count) &&
         !floats_overlap(gate.gating, gating_count, gate.target, x_count);
}

// [depth][inner] to [block][depth][kGateBlock].
std::vector<float> packed(const float* weights, int64_t depth, int64_t inner, int64_t blocks) {
  std::vector<float> all(static_cast<size_t>(blocks * depth * kGateBlock));
  for (int64_t k = 0; k < depth; ++k) {
    for (int64_t i = 0; i < inner; ++i) {
      const int64_t block = i / kGateBlock;
      all[static_cast<size_t>((block * depth + k) * kGateBlock + i % kGateBlock)] =
          weights[k * inner + i];
    }
  }
  return all;
}

// Slices are independent of each other: phi of the whole slice first, then row by row.
class Gate {
 public:
  Gate(const AttentionGateRoutines& routines, const AttentionGate& gate)
      : routines_(routines),
        gate_(gate),
        rows_((gate.x_size[1] + 1) / 2),
        columns_((gate.x_size[2] + 1) / 2),
        channels_(gate.x_size[3]),
        factor_(rows_ / gate.gating_size[1]),
        blocks_((gate.inner + kGateBlock - 1) / kGateBlock),
        theta_(packed(gate.theta, 4 * channels_, gate.inner, blocks_)),
        phi_(packed(gate.phi, gate.gating_size[3], gate.inner, blocks_)),
        phi_bias_(packed(gate.phi_bias, 1, gate.inner, blocks_)),
        psi_(packed(gate.psi, 1, gate.inner, blocks_)) {}

  struct Scratch {
    std::vector<float> phi;
    std::vector<float> logits;
    std::vector<float> padded;  // two rows of x with a column and a row of zeros, where odd
  };

  Scratch allocate_scratch() const {
    const int64_t gating_pixels = gate_.gating_size[1] * gate_.gating_size[2];
    const bool odd = gate_.x_size[1] % 2 != 0 || gate_.x_size[2] % 2 != 0;
    Scratch scratch;
    scratch.phi.resize(static_cast<size_t>(gating_pixels * blocks_ * kGateBlock));
    scratch.logits.resize(static_cast<size_t>(columns_));
    scratch.padded.resize(odd ? static_cast<size_t>(4 * columns_ * channels_) : 0);
    return scratch;
  }

  void slice(int64_t slice, Scratch& scratch) const {
    const int64_t gating_columns = gate_.gating_size[2];
    const int64_t gating_pixels = gate_.gating_size[1] * gating_columns;
    const int64_t depth = gate_.gating_size[3];
    routines_.project(gate_.gating + slice * gating_pixels * depth, gating_pixels, depth,
                      phi_.data(), phi_bias_.data(), blocks_, scratch.phi.data());
    const int64_t row_length = gate_.x_size[2] * channels_;
    for (int64_t row = 0; row < rows_; ++row) {
      const int64_t first = (slice * gate_.x_size[1] + 2 * row) * row_length;
      const int64_t row_count = std::min<int64_t>(2, gate_.x_size[1] - 2 * row);
      const float* upper = gate_.x + first;
      const float* lower = upper + row_length;
      if (!scratch.padded.empty()) {
        float* room = scratch.padded.data();
        std::fill(scratch.padded.begin(), scratch.padded.end(), 0.0f);
        upper = room;
        lower = room + 2 * columns_ * channels_;
        for (int64_t r = 0; r < row_count; ++r) {
          std::copy_n(gate_.x + first + r * row_length, row_length,
                      room + r * 2 * columns_ * channels_);
        }
      }
      const float* phi = scratch.phi.data() + row / factor_ * gating_columns * blocks_ * kGateBlock;
      routines_.gate_row({upper, lower, columns_, channels_, theta_.data(), phi, factor_, blocks_,
                          psi_.data(), gate_.psi_bias},
                         scratch.logits.data());
      for (float& value : scratch.logits) {
        value = 1.0f / (1.0f + std::exp(-value));
      }
      for (int64_t r = 0; r < row_count; ++r) {
        multiply(gate_.x + first + r * row_length, scratch.logits.data(),
                 gate_.target + first + r * row_length);
      }
    }
  }

 private:
  void multiply(const float* x, const float* attention, float* target) const {
    for (int64_t column = 0; column < gate_.x_size[2]; ++column) {
      const float factor = attention[column / 2];
      const int64_t first = column * channels_;
      for (int64_t i = first; i < first + channels_; ++i) {
        target[i] = x[i] * factor;
      }
    }
  }

  const AttentionGateRoutines& routines_;
  const AttentionGate& gate_;
  const int64_t rows_;  // of theta
  const int64_t columns_;
  const int64_t channels_;
  const int64_t factor_;
  const int64_t blocks_;
  const std::vector<float> theta_;
  const std::vector<float> phi_;
  const std::vector<float> phi_bias_;
  const std::vector<float> psi_;
};

}  // namespace

const AttentionGateRoutines& attention_gate_routines() {
  static constexpr Candidate<AttentionGateRoutines> kCandidates[] = {
#if defined(PANCREAS_WITH_AVX2)
    {&kAttentionGateAvx2, cpu_has_avx2_fma},
#endif
    {&kAttentionGatePortable, runs_everywhere},
  };
  return first_that_runs(kCandidates);
}

int32_t attention_gate(const AttentionGateRoutines& routines, const AttentionGate& gate) {
  if (!valid(gate)) {
    return PNC_INVALID_ARGUMENT;
  }
  return run_guarded([&] {
    const Gate work(routines, gate);
    const int64_t slices = gate.x_size[0];
    const int workers = static_cast<int>(std::min<int64_t>(gate.threads, slices));
    std::vector<Gate::Scratch> scratch;
    for (int worker = 0; worker < workers; ++worker) {
      scratch.push_back(work.allocate_scratch());
    }
    parallel_for(slices, workers, [&](int worker, int64_t slice) {
      work.slice(slice, scratch[static_cast<size_t>(worker)]);
    });
  });
}

}  // namespace pancreas

extern "C" int32_t pnc_attention_gate(const float* x, const int64_t* x_size, const float* gating,
                                      const int64_t* gating_size, int64_t inner, const float* theta,
                                      const float* phi, const float* phi_bias, const float* psi,
                                      float psi_bias, float* target, int32_t threads) {
  return pancreas::attention_gate(pancreas::attention_gate_routines(),
                                  {x, x_size, gating, gating_size, inner, theta, phi, phi_bias, psi,
                                   psi_bias, target, threads});
}
