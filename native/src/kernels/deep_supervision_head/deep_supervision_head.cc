#include "kernels/deep_supervision_head/deep_supervision_head.h"

#include <algorithm>
#include <vector>

#include "common/arguments.h"
#include "common/candidate.h"
#include "common/cpu_features.h"
#include "common/parallel_for.h"
#include "common/run_guarded.h"
#include "pancreas.h"

namespace pancreas {
namespace {

bool valid(const DeepSupervisionHead& head) {
  if (head.levels < 1 || head.levels > PNC_MAX_LEVELS || head.maps == nullptr ||
      head.channels == nullptr || head.factors == nullptr || head.kernels == nullptr ||
      head.biases == nullptr || head.head_kernel == nullptr || head.head_bias == nullptr ||
      head.probability == nullptr || head.size == nullptr || head.threads < 1) {
    return false;
  }
  const int64_t count = count_elements(head.size, 3);
  if (count == 0) {
    return false;
  }
  for (int32_t level = 0; level < head.levels; ++level) {
    const int64_t factor = head.factors[level];
    if (head.maps[level] == nullptr || factor < 1 || head.size[1] % factor != 0 ||
        head.size[2] % factor != 0) {
      return false;
    }
    const int64_t map_size[] = {head.size[0], head.size[1] / factor, head.size[2] / factor,
                                head.channels[level]};
    const int64_t map_count = count_elements(map_size, 4);
    if (map_count == 0 || floats_overlap(head.maps[level], map_count, head.probability, count)) {
      return false;
    }
  }
  return true;
}

// With the level's convolution D, d and the head's H, b, logit j of a pixel is
//   b[j] + sum over levels l and m in {0, 1} of H[2 l + m][j] (d_l[m] + sum over c of
//   D_l[c][m] x_l[c]),
// and softmax over two channels gives channel 1 the probability sigmoid(logit 1 - logit 0). With
// h[k] = H[k][1] - H[k][0] the difference is
//   (b[1] - b[0] + sum h[2 l + m] d_l[m]) + sum over l of x_l . (sum over m of h[2 l + m]
//   D_l[.][m]),
// a constant and one dot product a level, whose weights are made here in double. Up-sampling copies
// values, so that the dot products can be made before it.
class Folded {
 public:
  explicit Folded(const DeepSupervisionHead& head) {
    double constant = static_cast<double>(head.head_bias[1]) - head.head_bias[0];
    const float* kernel = head.kernels;
    for (int32_t level = 0; level < head.levels; ++level) {
      const float* rows = head.head_kernel + 4 * level;
      const double h0 = static_cast<double>(rows[1]) - rows[0];
      const double h1 = static_cast<double>(rows[3]) - rows[2];
      constant += h0 * head.biases[2 * level] + h1 * head.biases[2 * level + 1];
      std::vector<float> weights(static_cast<size_t>(head.channels[level]));
      for (size_t c = 0; c < weights.size(); ++c) {
        weights[c] = static_cast<float>(h0 * kernel[2 * c] + h1 * kernel[2 * c + 1]);
      }
      weights_.push_back(std::move(weights));
      kernel += 2 * head.channels[level];
    }
    constant_ = static_cast<float>(constant);
  }

  float constant() const { return constant_; }
  const float* weights(int32_t level) const { return weights_[static_cast<size_t>(level)].data(); }

 private:
  float constant_;
  std::vector<std::vector<float>> weights_;
};

// The dot products of the row of each level that the current row of the target lies in.
using Scratch = std::vector<std::vector<float>>;

void make_slice(const DeepSupervisionHeadRoutines& routines, const DeepSupervisionHead& head,
                const Folded& folded, int64_t slice, Scratch& scratch) {
  const int64_t rows = head.size[1];
  const int64_t columns = head.size[2];
  for (int64_t row = 0; row < rows; ++row) {
    float* out = head.probability + (slice * rows + row) * columns;
    std::fill_n(out, columns, folded.constant());
    for (int32_t level = 0; level < head.levels; ++level) {
      const int64_t factor = head.factors[level];
      const int64_t pixels = columns / factor;
      float* dots = scratch[static_cast<size_t>(level)].data();
      if (row % factor == 0) {
        const int64_t map_row = slice * (rows / factor) + row / factor;
        routines.dot_row(head.maps[level] + map_row * pixels * head.channels[level], pixels,
                         head.channels[level], folded.weights(level), dots);
      }
      for (int64_t pixel = 0; pixel < pixels; ++pixel) {
        for (int64_t i = pixel * factor; i < (pixel + 1) * factor; ++i) {
          out[i] += dots[pixel];
        }
      }
    }
    routines.sigmoid(out, columns);
  }
}

}  // namespace

const DeepSupervisionHeadRoutines& deep_supervision_head_routines() {
  static constexpr Candidate<DeepSupervisionHeadRoutines> kCandidates[] = {
#if defined(PANCREAS_WITH_AVX2)
    {&kDeepSupervisionHeadAvx2, cpu_has_avx2_fma},
#endif
    {&kDeepSupervisionHeadPortable, runs_everywhere},
  };
  return first_that_runs(kCandidates);
}

int32_t deep_supervision_head(const DeepSupervisionHeadRoutines& routines,
                              const DeepSupervisionHead& head) {
  if (!valid(head)) {
    return PNC_INVALID_ARGUMENT;
  }
  return run_guarded([&] {
    const Folded folded(head);
    const int workers = static_cast<int>(std::min<int64_t>(head.threads, head.size[0]));
    Scratch levels;
    for (int32_t level = 0; level < head.levels; ++level) {
      levels.emplace_back(static_cast<size_t>(head.size[2] / head.factors[level]));
    }
    std::vector<Scratch> scratch(static_cast<size_t>(workers), levels);
    parallel_for(head.size[0], workers, [&](int worker, int64_t slice) {
      make_slice(routines, head, folded, slice, scratch[static_cast<size_t>(worker)]);
    });
  });
}

}  // namespace pancreas

extern "C" int32_t pnc_deep_supervision_head(int32_t levels, const float* const* maps,
                                             const int64_t* channels, const int64_t* factors,
                                             const float* kernels, const float* biases,
                                             const float* head_kernel, const float* head_bias,
                                             float* probability, const int64_t* size,
                                             int32_t threads) {
  return pancreas::deep_supervision_head(pancreas::deep_supervision_head_routines(),
                                         {levels, maps, channels, factors, kernels, biases,
                                          head_kernel, head_bias, probability, size, threads});
}
