#include "kernels/convolution_reference/convolution.h"

#include <cmath>
#include <limits>
#include <vector>

#include "buffers.h"
#include "check.h"
#include "convolution_cases.h"
#include "pancreas.h"

namespace pancreas_test {
namespace {

using pancreas::Convolution;
using pancreas::ConvolutionKind;

constexpr ConvolutionKind kKinds[] = {ConvolutionKind::k1x1, ConvolutionKind::k3x3,
                                      ConvolutionKind::k2x2Stride2,
                                      ConvolutionKind::kTransposed4x4Stride2};

decltype(&pnc_convolution_1x1) function(ConvolutionKind kind) {
  switch (kind) {
    case ConvolutionKind::k1x1:
      return pnc_convolution_1x1;
    case ConvolutionKind::k3x3:
      return pnc_convolution_3x3;
    case ConvolutionKind::k2x2Stride2:
      return pnc_convolution_2x2;
    default:
      return pnc_transposed_convolution_4x4;
  }
}

// The arrays of a case; `convolution` points into them.
struct Problem {
  std::vector<float> source;
  std::vector<float> kernel;
  std::vector<float> bias;
  Convolution convolution;
  int64_t target_count;

  Problem(const ConvolutionCase& c, ConvolutionKind kind, int32_t activation)
      : source(random_floats(c.size[0] * c.size[1] * c.size[2] * c.size[3], -1, 1, 11)) {
    convolution = {kind,    source.data(), c.size[0], c.size[1],  c.size[2], c.size[3],
                   nullptr, nullptr,       c.outputs, activation, nullptr,   1};
    const int64_t side = convolution.kernel_size();
    kernel = random_floats(side * side * c.size[3] * c.outputs, -1, 1, 12);
    bias = random_floats(c.outputs, -1, 1, 13);
    convolution.kernel = kernel.data();
    convolution.bias = bias.data();
    target_count = c.size[0] * convolution.target_rows() * convolution.target_columns() * c.outputs;
  }
};

struct Sums {
  std::vector<double> values;
  std::vector<double> magnitudes;  // of the terms
};

// By scattering: each source value goes to the targets that it reaches.
Sums scattered(const Problem& problem) {
  const Convolution& c = problem.convolution;
  const int64_t rows = c.target_rows();
  const int64_t columns = c.target_columns();
  Sums sums;
  for (int64_t i = 0; i < problem.target_count; ++i) {
    sums.values.push_back(problem.bias[static_cast<size_t>(i % c.outputs)]);
    sums.magnitudes.push_back(std::abs(sums.values.back()));
  }
  const int64_t side = c.kernel_size();
  const bool transposed = c.kind == ConvolutionKind::kTransposed4x4Stride2;
  // The target that source s reaches with kernel value k, or -1.
  const auto reached = [&](int64_t s, int64_t k, int64_t length) {
    int64_t target = -1;
    if (transposed) {
      target = 2 * s + k - 1;
    } else if (c.kind == ConvolutionKind::k2x2Stride2) {
      target = (s - k) % 2 == 0 ? (s - k) / 2 : -1;
    } else {
      target = s - k + side / 2;
    }
    return target < length ? target : -1;
  };
  for (int64_t pixel = 0; pixel < c.slices * c.rows * c.columns; ++pixel) {
    const int64_t slice = pixel / (c.rows * c.columns);
    for (int64_t tap = 0; tap < side * side; ++tap) {
      const int64_t y = reached(pixel / c.columns % c.rows, tap / side, rows);
      const int64_t x = reached(pixel % c.columns, tap % side, columns);
      if (y < 0 || x < 0) {
        continue;
      }
      for (int64_t in = 0; in < c.inputs; ++in) {
        for (int64_t out = 0; out < c.outputs; ++out) {
          const int64_t weight = transposed ? (tap * c.outputs + out) * c.inputs + in
                                            : (tap * c.inputs + in) * c.outputs + out;
          const double term =
              static_cast<double>(problem.source[static_cast<size_t>(pixel * c.inputs + in)]) *
              problem.kernel[static_cast<size_t>(weight)];
          const auto target =
              static_cast<size_t>(((slice * rows + y) * columns + x) * c.outputs + out);
          sums.values[target] += term;
          sums.magnitudes[target] += std::abs(term);
        }
      }
    }
  }
  return sums;
}

std::vector<float> run(const ConvolutionCase& c, const Problem& problem, int32_t threads,
                       int64_t misaligned) {
  Guarded<float> source(problem.source, misaligned);
  Guarded<float> kernel(problem.kernel, misaligned);
  Guarded<float> bias(problem.bias, misaligned);
  Guarded<float> target(problem.target_count, misaligned);
  const Convolution& p = problem.convolution;
  const int32_t status = function(p.kind)(source.data(), c.size, kernel.data(),
                                          p.bias == nullptr ? nullptr : bias.data(), c.outputs,
                                          p.activation, target.data(), threads);
  CHECK_FOR(c.name, status == PNC_OK && target.marks_are_whole());
  return target.values();
}

// Summing n terms in float32 in any order loses at most n * 2^-24 of the sum of their magnitudes;
// Winograd F(4x4, 3x3) loses more, by the size of its transforms (at most 100 here).
void agrees_with_scattering(const ConvolutionCase& c, ConvolutionKind kind, int32_t activation) {
  const Problem problem(c, kind, activation);
  const Sums expected = scattered(problem);
  const std::vector<float> first = run(c, problem, 1, 0);
  const double terms = static_cast<double>(
      problem.convolution.kernel_size() * problem.convolution.kernel_size() * c.size[3] + 1);
  const double loss = (kind == ConvolutionKind::k3x3 ? 100 : 1) * terms * std::ldexp(1.0, -24);
  bool near = true;
  for (size_t i = 0; i < first.size(); ++i) {
    const double wanted =
        activation == PNC_ACTIVATION_RELU ? std::fmax(0, expected.values[i]) : expected.values[i];
    near =
        near && std::abs(static_cast<double>(first[i]) - wanted) <= loss * expected.magnitudes[i];
  }
  CHECK_FOR(c.name, near);
  CHECK_FOR(c.name, same_bits(first, run(c, problem, 2, 1)));
  CHECK_FOR(c.name, same_bits(first, run(c, problem, 64, 3)));
}

void no_bias_is_a_bias_of_zeros(const ConvolutionCase& c, ConvolutionKind kind) {
  Problem problem(c, kind, PNC_ACTIVATION_NONE);
  problem.bias.assign(problem.bias.size(), 0.0f);
  const std::vector<float> zeros = run(c, problem, 1, 0);
  problem.convolution.bias = nullptr;
  CHECK_FOR(c.name, same_bits(zeros, run(c, problem, 1, 0)));
}

// NaN and infinity reach what the kernel covers, and no other slice.
void nan_and_infinity_spread(ConvolutionKind kind) {
  const ConvolutionCase c = {"NaN", {2, 9, 9, 8}, 8};
  for (const int32_t activation : {PNC_ACTIVATION_NONE, PNC_ACTIVATION_RELU}) {
    Problem problem(c, kind, activation);
    problem.source[static_cast<size_t>((4 * 9 + 4) * 8 + 3)] =
        std::numeric_limits<float>::quiet_NaN();
    const Sums expected = scattered(problem);
    const std::vector<float> found = run(c, problem, 2, 0);
    bool reached = true;
    bool stays_in_its_slice = true;
    for (size_t i = 0; i < found.size(); ++i) {
      reached = reached && (!std::isnan(expected.values[i]) || std::isnan(found[i]));
      stays_in_its_slice = stays_in_its_slice && (i < found.size() / 2 || std::isfinite(found[i]));
    }
    CHECK(reached && stays_in_its_slice);
  }
}

void bad_arguments_are_refused(ConvolutionKind kind) {
  const auto convolve = function(kind);
  const int64_t one[] = {1, 1, 1, 1};
  const int64_t none[] = {1, 0, 1, 1};
  const int64_t huge[] = {PNC_MAX_AXIS, PNC_MAX_AXIS, 1, 1};
  std::vector<float> a(64, 1.0f);
  std::vector<float> b(64, 5.0f);
  float* x = a.data();
  float* y = b.data();
  CHECK(convolve(nullptr, one, x, x, 1, 0, y, 1) == PNC_INVALID_ARGUMENT);
  CHECK(convolve(x, nullptr, x, x, 1, 0, y, 1) == PNC_INVALID_ARGUMENT);
  CHECK(convolve(x, one, nullptr, x, 1, 0, y, 1) == PNC_INVALID_ARGUMENT);
  CHECK(convolve(x, one, x, x, 1, 0, nullptr, 1) == PNC_INVALID_ARGUMENT);
  CHECK(convolve(x, none, x, x, 1, 0, y, 1) == PNC_INVALID_ARGUMENT);
  CHECK(convolve(x, huge, x, x, 1, 0, y, 1) == PNC_INVALID_ARGUMENT);
  CHECK(convolve(x, one, x, x, 0, 0, y, 1) == PNC_INVALID_ARGUMENT);
  CHECK(convolve(x, one, x, x, int64_t{1} << 62, 0, y, 1) == PNC_INVALID_ARGUMENT);
  CHECK(convolve(x, one, x, x, 1, 2, y, 1) == PNC_INVALID_ARGUMENT);
  CHECK(convolve(x, one, x, x, 1, -1, y, 1) == PNC_INVALID_ARGUMENT);
  CHECK(convolve(x, one, x, x, 1, 0, y, 0) == PNC_INVALID_ARGUMENT);
  CHECK(convolve(y, one, x, x, 1, 0, y, 1) == PNC_INVALID_ARGUMENT);
  CHECK(convolve(x, one, y, x, 1, 0, y, 1) == PNC_INVALID_ARGUMENT);
  CHECK(convolve(x, one, x, y, 1, 0, y, 1) == PNC_INVALID_ARGUMENT);
  CHECK(b[0] == 5);
}

}  // namespace

void test_convolution() {
  for (const ConvolutionKind kind : kKinds) {
    for (const ConvolutionCase& c : kConvolutionCases) {
      agrees_with_scattering(c, kind, PNC_ACTIVATION_NONE);
      agrees_with_scattering(c, kind, PNC_ACTIVATION_RELU);
      no_bias_is_a_bias_of_zeros(c, kind);
    }
    nan_and_infinity_spread(kind);
    bad_arguments_are_refused(kind);
  }
}

}  // namespace pancreas_test
