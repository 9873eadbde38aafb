#include "kernels/deep_supervision_head/deep_supervision_head.h"

#include <cmath>
#include <limits>
#include <vector>

#include "buffers.h"
#include "check.h"
#include "deep_supervision_head_cases.h"
#include "kernels/deep_supervision_head/deep_supervision_head_ref.h"
#include "pancreas.h"

namespace pancreas_test {
namespace {

using pancreas::DeepSupervisionHead;
using pancreas::DeepSupervisionHeadRoutines;

std::vector<const DeepSupervisionHeadRoutines*> all_routines() {
  return {&pancreas::kDeepSupervisionHeadPortable, &pancreas::deep_supervision_head_routines()};
}

int64_t pixels(const DeepSupervisionHeadCase& c) { return c.size[0] * c.size[1] * c.size[2]; }

struct Problem {
  const DeepSupervisionHeadCase& c;
  std::vector<std::vector<float>> maps;
  std::vector<float> kernels;
  std::vector<float> biases;
  std::vector<float> head_kernel;
  std::vector<float> head_bias;

  explicit Problem(const DeepSupervisionHeadCase& a_case)
      : c(a_case),
        biases(random_floats(2 * c.levels, -1, 1, 41)),
        head_kernel(random_floats(4 * c.levels, -1, 1, 42)),
        head_bias(random_floats(2, -1, 1, 43)) {
    for (int32_t level = 0; level < c.levels; ++level) {
      const int64_t channels = c.channels[level];
      const int64_t factor = c.factors[level];
      const auto seed = static_cast<uint32_t>(44 + level);
      maps.push_back(random_floats(pixels(c) / (factor * factor) * channels, 0, 1, seed));
      const float most = 2 / std::sqrt(static_cast<float>(channels));
      const std::vector<float> kernel = random_floats(2 * channels, -most, most, seed + 20);
      kernels.insert(kernels.end(), kernel.begin(), kernel.end());
    }
  }
};

// Calls with the maps at some distance from an aligned address.
template <typename Function>
auto with_head(Problem& problem, float* probability, int32_t threads, int64_t misaligned,
               const Function& function) {
  std::vector<Guarded<float>> shifted;
  std::vector<const float*> maps;
  for (const std::vector<float>& map : problem.maps) {
    shifted.emplace_back(map, misaligned);
  }
  for (Guarded<float>& map : shifted) {
    maps.push_back(map.data());
  }
  const DeepSupervisionHeadCase& c = problem.c;
  DeepSupervisionHead head = {c.levels,
                              maps.data(),
                              c.channels,
                              c.factors,
                              problem.kernels.data(),
                              problem.biases.data(),
                              problem.head_kernel.data(),
                              problem.head_bias.data(),
                              probability,
                              c.size,
                              threads};
  return function(head);
}

std::vector<float> run(const DeepSupervisionHeadRoutines& routines, Problem& problem,
                       int32_t threads, int64_t misaligned) {
  Guarded<float> target(pixels(problem.c), misaligned);
  const int32_t status =
      with_head(problem, target.data(), threads, misaligned, [&](const DeepSupervisionHead& head) {
        return pancreas::deep_supervision_head(routines, head);
      });
  CHECK_FOR(problem.c.name, status == PNC_OK && target.marks_are_whole());
  return target.values();
}

// The logit's terms add up to less than 30 here, each rounded about twice in float32 and summed in
// groups; times the sigmoid's slope of 1/4 that is below 2e-6.
void agrees_with_the_reference(const DeepSupervisionHeadCase& c) {
  Problem problem(c);
  const std::vector<double> expected =
      with_head(problem, nullptr, 1, 0, pancreas::deep_supervision_head_ref);
  for (const DeepSupervisionHeadRoutines* routines : all_routines()) {
    const std::vector<float> first = run(*routines, problem, 1, 0);
    double largest = 0;
    for (size_t i = 0; i < first.size(); ++i) {
      largest = std::max(largest, std::abs(static_cast<double>(first[i]) - expected[i]));
    }
    CHECK_FOR(c.name, first.size() == expected.size() && largest <= 2e-6);
    CHECK_FOR(c.name, same_bits(first, run(*routines, problem, 2, 1)));
    CHECK_FOR(c.name, same_bits(first, run(*routines, problem, 64, 3)));
  }
}

// float32 rounding of x, of exp and of the quotient: 2e-7; beyond 87 the result is 0 or 1.
void sigmoid_is_near_everywhere() {
  std::vector<float> values;
  for (float x = -110; x < 110; x += 0.0137f) {
    values.push_back(x);
  }
  values.push_back(std::numeric_limits<float>::infinity());
  values.push_back(-std::numeric_limits<float>::infinity());
  values.push_back(std::numeric_limits<float>::max());
  values.push_back(0);
  for (const DeepSupervisionHeadRoutines* routines : all_routines()) {
    std::vector<float> found = values;
    routines->sigmoid(found.data(), static_cast<int64_t>(found.size()));
    double largest = 0;
    for (size_t i = 0; i < values.size(); ++i) {
      const double expected = 1 / (1 + std::exp(-static_cast<double>(values[i])));
      largest = std::max(largest, std::abs(static_cast<double>(found[i]) - expected));
    }
    CHECK(largest <= 2e-7);
    std::vector<float> nan(9, std::numeric_limits<float>::quiet_NaN());
    routines->sigmoid(nan.data(), 9);
    CHECK(std::isnan(nan[0]) && std::isnan(nan[8]));
  }
}

void nan_reaches_the_pixels_above_it() {
  const DeepSupervisionHeadCase c = {"NaN", {2, 8, 16}, 2, {11, 3}, {4, 1}, 0};
  Problem problem(c);
  problem.maps[0][1] = std::numeric_limits<float>::quiet_NaN();
  for (const DeepSupervisionHeadRoutines* routines : all_routines()) {
    const std::vector<float> found = run(*routines, problem, 1, 0);
    bool right = true;
    for (size_t i = 0; i < found.size(); ++i) {
      const bool covered = i / 16 < 4 && i % 16 < 4;
      right = right && std::isnan(found[i]) == covered;
    }
    CHECK(right);
  }
}

void bad_arguments_are_refused() {
  const DeepSupervisionHeadCase c = {"bad", {1, 4, 4}, 2, {2, 2}, {2, 1}, 0};
  Problem problem(c);
  std::vector<float> target(16, 5.0f);
  const int64_t no_factor[] = {3, 1};
  const int64_t zero[] = {0, 1};
  const int64_t none[] = {1, 0, 4};
  const float* no_map[] = {nullptr, nullptr};
  const auto refused = [&](auto change) {
    return with_head(problem, target.data(), 1, 0, [&](DeepSupervisionHead& head) {
      change(head);
      return pancreas::deep_supervision_head(pancreas::kDeepSupervisionHeadPortable, head) ==
             PNC_INVALID_ARGUMENT;
    });
  };
  CHECK(refused([](DeepSupervisionHead& head) { head.levels = 0; }));
  CHECK(refused([](DeepSupervisionHead& head) { head.levels = 1000; }));
  CHECK(refused([](DeepSupervisionHead& head) { head.maps = nullptr; }));
  CHECK(refused([&](DeepSupervisionHead& head) { head.maps = no_map; }));
  CHECK(refused([](DeepSupervisionHead& head) { head.channels = nullptr; }));
  CHECK(refused([&](DeepSupervisionHead& head) { head.channels = zero; }));
  CHECK(refused([](DeepSupervisionHead& head) { head.factors = nullptr; }));
  CHECK(refused([&](DeepSupervisionHead& head) { head.factors = no_factor; }));
  CHECK(refused([&](DeepSupervisionHead& head) { head.factors = zero; }));
  CHECK(refused([](DeepSupervisionHead& head) { head.kernels = nullptr; }));
  CHECK(refused([](DeepSupervisionHead& head) { head.biases = nullptr; }));
  CHECK(refused([](DeepSupervisionHead& head) { head.head_kernel = nullptr; }));
  CHECK(refused([](DeepSupervisionHead& head) { head.head_bias = nullptr; }));
  CHECK(refused([](DeepSupervisionHead& head) { head.probability = nullptr; }));
  CHECK(refused([](DeepSupervisionHead& head) { head.size = nullptr; }));
  CHECK(refused([&](DeepSupervisionHead& head) { head.size = none; }));
  CHECK(refused([](DeepSupervisionHead& head) { head.threads = 0; }));
  CHECK(refused(
      [](DeepSupervisionHead& head) { head.probability = const_cast<float*>(head.maps[1]); }));
  CHECK(target[0] == 5);
  const int32_t found =
      with_head(problem, target.data(), 1, 0, [](const DeepSupervisionHead& head) {
        return pnc_deep_supervision_head(head.levels, head.maps, head.channels, head.factors,
                                         head.kernels, head.biases, head.head_kernel,
                                         head.head_bias, head.probability, head.size, 1);
      });
  CHECK(found == PNC_OK && target[0] != 5);
}

}  // namespace

void test_deep_supervision_head() {
  for (const DeepSupervisionHeadCase& c : kDeepSupervisionHeadCases) {
    agrees_with_the_reference(c);
  }
  sigmoid_is_near_everywhere();
  nan_reaches_the_pixels_above_it();
  bad_arguments_are_refused();
}

}  // namespace pancreas_test
