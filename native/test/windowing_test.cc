#include "kernels/windowing/windowing.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "buffers.h"
#include "check.h"
#include "elementwise_cases.h"
#include "pancreas.h"

namespace pancreas_test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

float expected_value(const WindowCase& c, float hu) {
  const double clipped = std::fmin(std::fmax(hu, c.clip_min), c.clip_max);
  return static_cast<float>((clipped - c.low) * (2 / (c.high - c.low)) - 1);
}

std::vector<float> some_hu(int64_t count) {
  std::vector<float> hu = random_floats(count, -1100, 1600, 3);
  const float borders[] = {-100, 240, kInfinity, -kInfinity, -0.0f, 1e30f, -1024};
  for (size_t i = 0; i < std::size(borders) && 2 * i + 1 < hu.size(); ++i) {
    hu[2 * i + 1] = borders[i];
  }
  return hu;
}

void gives_the_same_bits_as_the_formula(const WindowCase& c) {
  for (const int64_t count : kCounts) {
    const std::vector<float> hu = some_hu(count);
    std::vector<float> expected;
    for (const float value : hu) {
      expected.push_back(expected_value(c, value));
    }
    for (const int32_t threads : {1, 3}) {
      Guarded<float> source(hu, 1);
      Guarded<float> target(count, 3);
      CHECK_FOR(c.name, pnc_window(source.data(), target.data(), count, c.clip_min, c.clip_max,
                                   c.low, c.high, threads) == PNC_OK);
      CHECK_FOR(c.name, same_bits(target.values(), expected) && target.marks_are_whole());
      CHECK_FOR(c.name, pnc_window(source.data(), source.data(), count, c.clip_min, c.clip_max,
                                   c.low, c.high, threads) == PNC_OK);
      CHECK_FOR(c.name, same_bits(source.values(), expected) && source.marks_are_whole());
    }
    const pancreas::IntensityWindow window = {c.clip_min, c.clip_max, c.low, 2 / (c.high - c.low)};
    std::vector<float> portable(hu.size());
    pancreas::kWindowingPortable.floats(hu.data(), portable.data(), count, window);
    CHECK_FOR(c.name, same_bits(portable, expected));
  }
}

void stored_values_are_windowed_as_their_hu(const WindowCase& c) {
  for (const int64_t count : kCounts) {
    std::vector<int16_t> stored;
    for (int64_t i = 0; i < count; ++i) {
      stored.push_back(static_cast<int16_t>(i * 7919 - 30000));
    }
    stored.back() = std::numeric_limits<int16_t>::min();
    for (const auto& [slope, intercept] : {std::pair(1.0, -1024.0), std::pair(0.4883, 31.7)}) {
      std::vector<float> expected;
      for (const int16_t value : stored) {
        expected.push_back(expected_value(c, static_cast<float>(slope * value + intercept)));
      }
      Guarded<int16_t> source(stored, 1);
      Guarded<float> target(count, 1);
      CHECK_FOR(c.name, pnc_window_stored(source.data(), slope, intercept, target.data(), count,
                                          c.clip_min, c.clip_max, c.low, c.high, 2) == PNC_OK);
      CHECK_FOR(c.name, same_bits(target.values(), expected) && target.marks_are_whole());
      std::vector<float> portable(expected.size());
      pancreas::kWindowingPortable.shorts(stored.data(), {slope, intercept}, portable.data(), count,
                                          {c.clip_min, c.clip_max, c.low, 2 / (c.high - c.low)});
      CHECK_FOR(c.name, same_bits(portable, expected));
    }
  }
}

void nan_stays_and_infinities_are_clipped() {
  const std::vector<float> hu = {kNan, kInfinity, -kInfinity, kNan, 0, kNan, 0, 0, kNan, 0};
  const pancreas::IntensityWindow window = {-100, 100, -100, 0.01};
  for (const auto* routines : {&pancreas::kWindowingPortable, &pancreas::windowing_routines()}) {
    std::vector<float> found(hu.size());
    routines->floats(hu.data(), found.data(), static_cast<int64_t>(hu.size()), window);
    for (size_t i = 0; i < hu.size(); ++i) {
      CHECK(std::isnan(hu[i]) == std::isnan(found[i]));
    }
    CHECK(found[1] == 1 && found[2] == -1);
  }
}

void bad_arguments_are_refused() {
  float a[4] = {1, 2, 3, 4};
  float b[4] = {5, 5, 5, 5};
  const int16_t s[4] = {};
  CHECK(pnc_window(nullptr, b, 4, 0, 1, 0, 1, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_window(a, nullptr, 4, 0, 1, 0, 1, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_window(a, b, 0, 0, 1, 0, 1, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_window(a, b, -1, 0, 1, 0, 1, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_window(a, b, (int64_t{1} << 40) + 1, 0, 1, 0, 1, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_window(a, b, 4, 1, 0, 0, 1, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_window(a, b, 4, 0, 1, 1, 1, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_window(a, b, 4, 0, 1, 0, static_cast<double>(kInfinity), 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_window(a, b, 4, static_cast<double>(kNan), 1, 0, 1, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_window(a, b, 4, 0, 1, 0, 1, 0) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_window(a, a + 1, 3, 0, 1, 0, 1, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_window_stored(nullptr, 1, 0, b, 4, 0, 1, 0, 1, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_window_stored(s, static_cast<double>(kNan), 0, b, 4, 0, 1, 0, 1, 1) ==
        PNC_INVALID_ARGUMENT);
  CHECK(b[0] == 5 && a[0] == 1 && a[1] == 2);
}

}  // namespace

void test_windowing() {
  for (const WindowCase& c : kWindowCases) {
    gives_the_same_bits_as_the_formula(c);
    stored_values_are_windowed_as_their_hu(c);
  }
  nan_stays_and_infinities_are_clipped();
  bad_arguments_are_refused();
}

}  // namespace pancreas_test
