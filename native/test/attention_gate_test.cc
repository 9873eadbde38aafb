#include "kernels/attention_gate/attention_gate.h"

#include <cmath>
#include <limits>
#include <vector>

#include "attention_gate_cases.h"
#include "buffers.h"
#include "check.h"
#include "kernels/attention_gate/attention_gate_ref.h"
#include "pancreas.h"

namespace pancreas_test {
namespace {

using pancreas::AttentionGate;
using pancreas::AttentionGateRoutines;

std::vector<const AttentionGateRoutines*> all_routines() {
  return {&pancreas::kAttentionGatePortable, &pancreas::attention_gate_routines()};
}

int64_t count(const int64_t* size) { return size[0] * size[1] * size[2] * size[3]; }

// The arrays of a case. Weights are scaled so that sums are about 1, as in a trained network.
struct Problem {
  const AttentionGateCase& c;
  std::vector<float> x;
  std::vector<float> gating;
  std::vector<float> theta;
  std::vector<float> phi;
  std::vector<float> phi_bias;
  std::vector<float> psi;

  explicit Problem(const AttentionGateCase& a_case)
      : c(a_case),
        x(random_floats(count(c.x), -1, 1, 31)),
        gating(random_floats(count(c.gating), -1, 1, 32)),
        theta(scaled(4 * c.x[3], c.inner, 33)),
        phi(scaled(c.gating[3], c.inner, 34)),
        phi_bias(random_floats(c.inner, -1, 1, 35)),
        psi(scaled(c.inner, 1, 36)) {}

  static std::vector<float> scaled(int64_t inputs, int64_t outputs, uint32_t seed) {
    const float most = 2 / std::sqrt(static_cast<float>(inputs));
    return random_floats(inputs * outputs, -most, most, seed);
  }

  AttentionGate gate(float* target, int32_t threads) const {
    return {x.data(),        c.x,        gating.data(), c.gating, c.inner, theta.data(), phi.data(),
            phi_bias.data(), psi.data(), 0.25f,         target,   threads};
  }
};

std::vector<float> run(const AttentionGateRoutines& routines, const Problem& problem,
                       int32_t threads, int64_t misaligned) {
  Guarded<float> x(problem.x, misaligned);
  Guarded<float> gating(problem.gating, misaligned);
  Guarded<float> target(count(problem.c.x), misaligned);
  AttentionGate gate = problem.gate(target.data(), threads);
  gate.x = x.data();
  gate.gating = gating.data();
  CHECK_FOR(problem.c.name, pancreas::attention_gate(routines, gate) == PNC_OK);
  CHECK_FOR(problem.c.name, target.marks_are_whole());
  return target.values();
}

// The logit is a sum of at most 4 f + g + inner terms whose magnitudes add up to less than 40 here;
// its error, at most that number of roundings, comes through the sigmoid's slope of 1/4. 1e-5 is
// what the header states.
void agrees_with_the_reference(const AttentionGateCase& c) {
  const Problem problem(c);
  const std::vector<double> expected = pancreas::attention_gate_ref(problem.gate(nullptr, 1));
  for (const AttentionGateRoutines* routines : all_routines()) {
    const std::vector<float> first = run(*routines, problem, 1, 0);
    double largest = 0;
    for (size_t i = 0; i < first.size(); ++i) {
      largest = std::max(largest, std::abs(static_cast<double>(first[i]) - expected[i]));
    }
    CHECK_FOR(c.name, first.size() == expected.size() && largest <= 1e-5);
    CHECK_FOR(c.name, same_bits(first, run(*routines, problem, 2, 1)));
    CHECK_FOR(c.name, same_bits(first, run(*routines, problem, 64, 3)));
  }
}

// A NaN in x reaches the four pixels of its window, one in g those under its pixel.
void nan_reaches_what_its_attention_weighs() {
  const AttentionGateCase c = {"NaN", {2, 8, 8, 5}, {2, 2, 2, 3}, 6, 0};
  for (const AttentionGateRoutines* routines : all_routines()) {
    for (const bool in_gating : {false, true}) {
      Problem problem(c);
      std::vector<float>& values = in_gating ? problem.gating : problem.x;
      values[1] = std::numeric_limits<float>::quiet_NaN();
      const std::vector<double> expected = pancreas::attention_gate_ref(problem.gate(nullptr, 1));
      const std::vector<float> found = run(*routines, problem, 1, 0);
      bool same = true;
      for (size_t i = 0; i < found.size(); ++i) {
        same = same && std::isnan(found[i]) == std::isnan(expected[i]);
      }
      CHECK(same && std::isnan(found[0]) && std::isnan(found[3 * 5]) == in_gating);
    }
  }
}

void bad_arguments_are_refused() {
  const AttentionGateCase c = {"bad", {1, 4, 4, 2}, {1, 2, 2, 3}, 2, 0};
  const Problem problem(c);
  std::vector<float> target(32, 5.0f);
  const int64_t other_slices[] = {2, 2, 2, 3};
  const int64_t no_factor[] = {1, 2, 1, 3};
  const int64_t too_large[] = {1, 4, 4, 3};
  const int64_t none[] = {1, 0, 2, 3};
  const auto refused = [&](auto change) {
    AttentionGate gate = problem.gate(target.data(), 1);
    change(gate);
    return pancreas::attention_gate(pancreas::kAttentionGatePortable, gate) == PNC_INVALID_ARGUMENT;
  };
  CHECK(refused([](AttentionGate& gate) { gate.x = nullptr; }));
  CHECK(refused([](AttentionGate& gate) { gate.x_size = nullptr; }));
  CHECK(refused([](AttentionGate& gate) { gate.gating = nullptr; }));
  CHECK(refused([](AttentionGate& gate) { gate.gating_size = nullptr; }));
  CHECK(refused([](AttentionGate& gate) { gate.theta = nullptr; }));
  CHECK(refused([](AttentionGate& gate) { gate.phi = nullptr; }));
  CHECK(refused([](AttentionGate& gate) { gate.phi_bias = nullptr; }));
  CHECK(refused([](AttentionGate& gate) { gate.psi = nullptr; }));
  CHECK(refused([](AttentionGate& gate) { gate.target = nullptr; }));
  CHECK(refused([](AttentionGate& gate) { gate.inner = 0; }));
  CHECK(refused([](AttentionGate& gate) { gate.threads = 0; }));
  CHECK(refused([&](AttentionGate& gate) { gate.gating_size = other_slices; }));
  CHECK(refused([&](AttentionGate& gate) { gate.gating_size = no_factor; }));
  CHECK(refused([&](AttentionGate& gate) { gate.gating_size = too_large; }));
  CHECK(refused([&](AttentionGate& gate) { gate.gating_size = none; }));
  CHECK(refused([](AttentionGate& gate) { gate.target = const_cast<float*>(gate.x); }));
  CHECK(target[0] == 5);
  CHECK(pnc_attention_gate(nullptr, c.x, problem.gating.data(), c.gating, 2, problem.theta.data(),
                           problem.phi.data(), problem.phi_bias.data(), problem.psi.data(), 0,
                           target.data(), 1) == PNC_INVALID_ARGUMENT);
}

}  // namespace

void test_attention_gate() {
  for (const AttentionGateCase& c : kAttentionGateCases) {
    agrees_with_the_reference(c);
  }
  nan_reaches_what_its_attention_weighs();
  bad_arguments_are_refused();
}

}  // namespace pancreas_test
