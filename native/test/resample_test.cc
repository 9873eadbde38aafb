#include "kernels/resample/resample.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "check.h"
#include "kernels/resample/resample_ref.h"
#include "resample_cases.h"

namespace pancreas_test {
namespace {

using pancreas::resample;
using pancreas::ResampleRoutines;

constexpr float kUntouched = -12345.0f;

std::vector<const ResampleRoutines*> all_routines() {
  std::vector<const ResampleRoutines*> all = {&pancreas::kResamplePortable};
  if (&pancreas::resample_routines() != all.front()) {
    all.push_back(&pancreas::resample_routines());
  }
  return all;
}

int64_t count(const int64_t* size) { return size[0] * size[1] * size[2]; }

// HU from air to bone, with a fraction.
std::vector<float> values(int64_t length) {
  std::mt19937 random(20260101);
  std::uniform_real_distribution<float> hu(-1024.0f, 1500.0f);
  std::vector<float> all(static_cast<size_t>(length));
  std::generate(all.begin(), all.end(), [&] { return hu(random); });
  return all;
}

struct Run {
  const ResampleRoutines* routines;
  int32_t threads;
  int64_t misaligned;  // floats before source and target, so that neither starts a register
};

// The target, after checks that nothing around it was written.
std::vector<float> run(const ResampleCase& c, const std::vector<float>& source, const Run& how) {
  std::vector<float> shifted(static_cast<size_t>(how.misaligned), kUntouched);
  shifted.insert(shifted.end(), source.begin(), source.end());
  const int64_t length = count(c.target);
  std::vector<float> target(static_cast<size_t>(how.misaligned + length + 8), kUntouched);
  const int32_t status = resample(*how.routines, shifted.data() + how.misaligned, c.source,
                                  target.data() + how.misaligned, c.target, c.filters, how.threads);
  CHECK_FOR(c.name, status == PNC_OK);
  const auto begin = target.begin() + how.misaligned;
  CHECK_FOR(c.name, std::count(target.begin(), begin, kUntouched) == how.misaligned);
  CHECK_FOR(c.name, std::count(begin + length, target.end(), kUntouched) == 8);
  return std::vector<float>(begin, begin + length);
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

// Rounding of the weights (1/2 ulp each), of each product and of each addition: with n taps on the
// three axes together, at most about 2 n + 3 roundings of 2^-24 of the largest value.
double tolerance(const ResampleCase& c) {
  int64_t taps = 0;
  for (int axis = 0; axis < 3; ++axis) {
    int64_t most = 0;
    for (int64_t i = 0; i < c.target[axis]; ++i) {
      most = std::max(most,
                      pancreas::tap_count_ref(c.filters[axis], c.source[axis], c.target[axis], i));
    }
    taps += most;
  }
  return static_cast<double>(2 * taps + 3) * std::ldexp(1.0, -24) * 1500.0;
}

void agrees_with_the_reference(const ResampleCase& c) {
  const std::vector<float> source = values(count(c.source));
  const std::vector<double> expected =
      pancreas::resample_ref(source.data(), c.source, c.target, c.filters);
  const double allowed = tolerance(c);
  const std::vector<float> first = run(c, source, {&pancreas::kResamplePortable, 1, 0});
  double largest = 0;
  for (size_t i = 0; i < first.size(); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(first[i]) - expected[i]));
  }
  CHECK_FOR(c.name, largest <= allowed);
  for (const ResampleRoutines* routines : all_routines()) {
    CHECK_FOR(c.name, same_bits(first, run(c, source, {routines, 1, 1})));
    CHECK_FOR(c.name, same_bits(first, run(c, source, {routines, 2, 3})));
    CHECK_FOR(c.name, same_bits(first, run(c, source, {routines, 64, 0})));
  }
}

// A NaN and both infinities reach the targets whose weights cover them, and no others.
void spreads_nan_and_infinity_as_the_reference(const ResampleCase& c) {
  std::vector<float> source = values(count(c.source));
  source.front() = std::numeric_limits<float>::quiet_NaN();
  source[source.size() / 2] = std::numeric_limits<float>::infinity();
  source.back() = -std::numeric_limits<float>::infinity();
  const std::vector<double> expected =
      pancreas::resample_ref(source.data(), c.source, c.target, c.filters);
  for (const ResampleRoutines* routines : all_routines()) {
    const std::vector<float> found = run(c, source, {routines, 2, 1});
    bool same_kind = true;
    for (size_t i = 0; i < found.size(); ++i) {
      const double wanted = expected[i];
      same_kind = same_kind && (std::isfinite(wanted) ? std::isfinite(found[i])
                                : std::isnan(wanted)  ? std::isnan(found[i])
                                                      : static_cast<double>(found[i]) == wanted);
    }
    CHECK_FOR(c.name, same_kind);
  }
}

// The integer formula and the double formula of the definition give the same index.
void nearest_is_exact_for_all_sizes() {
  int64_t different = 0;
  for (int64_t source = 1; source <= 1100; source += source < 40 ? 1 : 13) {
    for (int64_t target = 1; target <= 1100; ++target) {
      const pancreas::AxisWeights axis(PNC_FILTER_NEAREST, source, target);
      for (int64_t i = 0; i < target; ++i) {
        const double position = (static_cast<double>(i) + 0.5) * static_cast<double>(source) /
                                static_cast<double>(target);
        different += axis.first(i) != static_cast<int64_t>(std::floor(position));
      }
    }
  }
  CHECK(different == 0);
}

void bad_arguments_are_refused() {
  const int64_t one[] = {1, 1, 1};
  const int64_t two[] = {1, 1, 2};
  const int64_t none[] = {1, 0, 1};
  const int64_t negative[] = {1, 1, -1};
  const int64_t huge[] = {PNC_MAX_AXIS, PNC_MAX_AXIS, PNC_MAX_AXIS};
  const int64_t long_axis[] = {1, 1, int64_t{PNC_MAX_AXIS} + 1};
  const int32_t linear[] = {kLinear, kLinear, kLinear};
  const int32_t left_alone[] = {kNone, kNone, kNone};
  const int32_t unknown[] = {kLinear, kLinear, 3};
  float a[2] = {1, 2};
  float b[2] = {kUntouched, kUntouched};
  CHECK(pnc_resample(nullptr, one, b, one, linear, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_resample(a, nullptr, b, one, linear, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_resample(a, one, nullptr, one, linear, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_resample(a, one, b, nullptr, linear, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_resample(a, one, b, one, nullptr, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_resample(a, one, b, one, linear, 0) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_resample(a, one, b, one, unknown, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_resample(a, one, b, two, left_alone, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_resample(a, none, b, one, linear, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_resample(a, one, b, negative, linear, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_resample(a, huge, b, one, linear, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_resample(a, one, b, long_axis, linear, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_resample(a, two, a + 1, one, linear, 1) == PNC_INVALID_ARGUMENT);
  CHECK(b[0] == kUntouched && b[1] == kUntouched);
  CHECK(pnc_resample(a, one, a + 1, one, linear, 1) == PNC_OK && a[1] == 1);
}

}  // namespace

void test_resample() {
  for (const ResampleCase& c : kResampleCases) {
    agrees_with_the_reference(c);
    spreads_nan_and_infinity_as_the_reference(c);
  }
  nearest_is_exact_for_all_sizes();
  bad_arguments_are_refused();
}

}  // namespace pancreas_test
