// Threshold and arg-max: from a probability, or two logits, to a mask.
#include <cmath>
#include <limits>
#include <vector>

#include "buffers.h"
#include "check.h"
#include "elementwise_cases.h"
#include "kernels/argmax/argmax.h"
#include "kernels/threshold/threshold.h"
#include "pancreas.h"

namespace pancreas_test {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

void threshold_is_strictly_above_in_double() {
  // 0.1 and 0.3 lie between two floats; beyond the largest float there are infinities alone.
  for (const double threshold :
       {0.5, 0.1, 0.3, 0.0, -0.0, 1.0, 1e-300, -1e-300, 1e300, -1e300, kInfinity, -kInfinity}) {
    for (const int64_t count : kCounts) {
      std::vector<float> values = random_floats(count, 0, 1, 5);
      const auto nearest = static_cast<float>(threshold);
      const float special[] = {nearest,
                               std::nextafter(nearest, 2.0f),
                               std::nextafter(nearest, -2.0f),
                               kNan,
                               static_cast<float>(kInfinity),
                               -static_cast<float>(kInfinity),
                               std::numeric_limits<float>::max()};
      for (size_t i = 0; i < std::size(special) && 2 * i < values.size(); ++i) {
        values[2 * i] = special[i];
      }
      std::vector<uint8_t> expected;
      for (const float value : values) {
        expected.push_back(static_cast<double>(value) > threshold ? 1 : 0);
      }
      for (const int32_t threads : {1, 3}) {
        Guarded<float> source(values, 1);
        Guarded<uint8_t> mask(count, 3);
        CHECK(pnc_threshold(source.data(), threshold, mask.data(), count, threads) == PNC_OK);
        CHECK(mask.values() == expected && mask.marks_are_whole());
      }
    }
  }
}

void portable_threshold_equals_the_fastest() {
  for (const int64_t count : kCounts) {
    const std::vector<float> values = random_floats(count, 0, 1, 6);
    std::vector<uint8_t> portable(values.size());
    std::vector<uint8_t> fastest(values.size());
    pancreas::kThresholdPortable.apply(values.data(), 0.5f, portable.data(), count);
    pancreas::threshold_routines().apply(values.data(), 0.5f, fastest.data(), count);
    CHECK(portable == fastest);
  }
}

void argmax_takes_the_first_of_a_tie() {
  for (const int64_t count : kCounts) {
    std::vector<float> logits = random_floats(2 * count, -3, 3, 7);
    for (size_t i = 0; i + 4 <= logits.size(); i += 22) {
      logits[i + 1] = logits[i];
      logits[i + 3] = kNan;
    }
    logits[0] = -0.0f;
    logits[1] = 0.0f;
    std::vector<uint8_t> expected;
    for (size_t i = 0; i < logits.size(); i += 2) {
      expected.push_back(logits[i + 1] > logits[i] ? 1 : 0);
    }
    for (const int32_t threads : {1, 3}) {
      Guarded<float> source(logits, 1);
      Guarded<uint8_t> mask(count, 3);
      CHECK(pnc_argmax(source.data(), mask.data(), count, threads) == PNC_OK);
      CHECK(mask.values() == expected && mask.marks_are_whole());
    }
    std::vector<uint8_t> portable(expected.size());
    pancreas::kArgmaxPortable.apply(logits.data(), portable.data(), count);
    CHECK(portable == expected);
  }
}

void bad_arguments_are_refused() {
  const float values[4] = {};
  uint8_t mask[4] = {9, 9, 9, 9};
  float shared[4] = {1, 2, 3, 4};
  auto* inside = reinterpret_cast<uint8_t*>(shared) + 4;
  CHECK(pnc_threshold(nullptr, 0.5, mask, 4, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_threshold(values, 0.5, nullptr, 4, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_threshold(values, static_cast<double>(kNan), mask, 4, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_threshold(values, 0.5, mask, 0, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_threshold(values, 0.5, mask, 4, 0) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_threshold(shared, 0.5, inside, 4, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_argmax(nullptr, mask, 2, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_argmax(values, nullptr, 2, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_argmax(values, mask, 0, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_argmax(values, mask, 2, 0) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_argmax(shared, inside, 2, 1) == PNC_INVALID_ARGUMENT);
  CHECK(mask[0] == 9);
}

}  // namespace

void test_decision() {
  threshold_is_strictly_above_in_double();
  portable_threshold_equals_the_fastest();
  argmax_takes_the_first_of_a_tie();
  bad_arguments_are_refused();
}

}  // namespace pancreas_test
