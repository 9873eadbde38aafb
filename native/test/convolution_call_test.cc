#include "kernels/convolution_call/convolution_call.h"

#include <cmath>
#include <limits>
#include <vector>

#include "buffers.h"
#include "check.h"
#include "convolution_call_cases.h"
#include "pancreas.h"

namespace pancreas_test {
namespace {

using pancreas::ConvolutionCall;
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
  ConvolutionCall convolution;
  int64_t target_count;

  Problem(const ConvolutionCallCase& c, ConvolutionKind kind, int32_t activation)
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
  const ConvolutionCall& c = problem.convolution;
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

std::vector<float> run(const ConvolutionCallCase& c, const Problem& problem, int32_t threads,
                       int64_t misaligned) {
  Guarded<float> source(problem.source, misaligned);
  Guarded<float> kernel(problem.kernel, misaligned);
  Guarded<float> bias(problem.bias, misaligned);
  Guarded<float> target(problem.target_count, misaligned);
  const ConvolutionCall& p = problem.convolution;
  const int32_t status = function(p.kind)(source.data(), c.size, kernel.data(),
                                          p.bias == nullptr ? nullptr : bias.data(), c.outputs,
                                          p.activation, target.data(), threads);
  CHECK_FOR(c.name, status == PNC_OK && target.marks_are_whole());
  return target.values();
}

// 3x3 and transposed 4x4 may be computed by Winograd's F(4x4, 3x3).
bool may_be_winograd(ConvolutionKind kind) {
  return kind == ConvolutionKind::k3x3 || kind == ConvolutionKind::kTransposed4x4Stride2;
}

// Summing n terms in float32 in any order loses at most n * 2^-24 of the sum of their magnitudes;
// Winograd F(4x4, 3x3) loses more, by the size of its transforms (at most 100 here).
void agrees_with_scattering(const ConvolutionCallCase& c, ConvolutionKind kind,
                            int32_t activation) {
  const Problem problem(c, kind, activation);
  const Sums expected = scattered(problem);
  const std::vector<float> first = run(c, problem, 1, 0);
  const double terms = static_cast<double>(
      problem.convolution.kernel_size() * problem.convolution.kernel_size() * c.size[3] + 1);
  const double loss = (may_be_winograd(kind) ? 100 : 1) * terms * std::ldexp(1.0, -24);
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

void no_bias_is_a_bias_of_zeros(const ConvolutionCallCase& c, ConvolutionKind kind) {
  Problem problem(c, kind, PNC_ACTIVATION_NONE);
  problem.bias.assign(problem.bias.size(), 0.0f);
  const std::vector<float> zeros = run(c, problem, 1, 0);
  problem.convolution.bias = nullptr;
  CHECK_FOR(c.name, same_bits(zeros, run(c, problem, 1, 0)));
}

// NaN and infinity reach what the kernel covers, and nothing 12 pixels away (a tile sees 5 pixels
// to either side) or in another slice.
void spreads(ConvolutionKind kind, int32_t activation, float value) {
  const ConvolutionCallCase c = {"NaN and infinity", {2, 9, 33, 8}, 8};
  Problem problem(c, kind, activation);
  problem.source[static_cast<size_t>((4 * 33 + 4) * 8 + 3)] = value;
  const Sums expected = scattered(problem);
  const std::vector<float> found = run(c, problem, 2, 0);
  const int64_t columns = problem.convolution.target_columns();
  bool reached = true;
  bool stays_near = true;
  for (size_t i = 0; i < found.size(); ++i) {
    const int64_t source_column = static_cast<int64_t>(i) / c.outputs % columns * 33 / columns;
    reached = reached && (std::isfinite(expected.values[i]) || !std::isfinite(found[i]));
    stays_near =
        stays_near && ((i < found.size() / 2 && source_column < 4 + 12) || std::isfinite(found[i]));
  }
  CHECK(reached && stays_near);
}

void nan_and_infinity_spread(ConvolutionKind kind) {
  const float infinity = std::numeric_limits<float>::infinity();
  spreads(kind, PNC_ACTIVATION_NONE, std::numeric_limits<float>::quiet_NaN());
  spreads(kind, PNC_ACTIVATION_RELU, std::numeric_limits<float>::quiet_NaN());
  spreads(kind, PNC_ACTIVATION_NONE, infinity);
  spreads(kind, PNC_ACTIVATION_NONE, -infinity);
}

// Of the calls that fill vectors, the reference gets none.
void fast_code_is_chosen() {
  const ConvolutionCallCase whole = {"whole vectors", {1, 4, 4, 16}, 8};
  const ConvolutionCallCase odd_inputs = {"odd inputs", {1, 4, 4, 3}, 8};
  const ConvolutionCallCase odd_outputs = {"odd outputs", {1, 4, 4, 16}, 9};
  const auto chosen = [](const ConvolutionCallCase& c, ConvolutionKind kind) {
    return &pancreas::convolution_routine(Problem(c, kind, PNC_ACTIVATION_NONE).convolution);
  };
  for (const ConvolutionKind kind : kKinds) {
    const bool winograd = may_be_winograd(kind);
    CHECK(chosen(whole, kind) ==
          (winograd ? &pancreas::kConvolutionWinograd : &pancreas::kConvolutionGemm));
    CHECK(chosen(odd_inputs, kind) ==
          (winograd ? &pancreas::kConvolutionDirect : &pancreas::kConvolutionGemm));
    CHECK(chosen(odd_outputs, kind) == &pancreas::kConvolutionReference);
  }
}

// Channels beyond what is packed for; handles() must not look at the arrays.
void very_many_channels_go_to_the_reference() {
  ConvolutionCall convolution = {};
  convolution.kind = ConvolutionKind::k3x3;
  convolution.inputs = 8;
  convolution.outputs = int64_t{1} << 20;
  CHECK(&pancreas::convolution_routine(convolution) == &pancreas::kConvolutionReference);
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

void test_convolution_call() {
  for (const ConvolutionKind kind : kKinds) {
    for (const ConvolutionCallCase& c : kConvolutionCallCases) {
      agrees_with_scattering(c, kind, PNC_ACTIVATION_NONE);
      agrees_with_scattering(c, kind, PNC_ACTIVATION_RELU);
      no_bias_is_a_bias_of_zeros(c, kind);
    }
    nan_and_infinity_spread(kind);
    bad_arguments_are_refused(kind);
  }
  fast_code_is_chosen();
  very_many_channels_go_to_the_reference();
}

}  // namespace pancreas_test
