#include "kernels/max_pooling/max_pooling.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "buffers.h"
#include "check.h"
#include "max_pooling_cases.h"
#include "pancreas.h"

namespace pancreas_test {
namespace {

using pancreas::MaxPoolingRoutines;

std::vector<const MaxPoolingRoutines*> all_routines() {
  return {&pancreas::kMaxPoolingPortable, &pancreas::max_pooling_routines()};
}

std::vector<float> pooled(const MaxPoolingCase& c, const std::vector<float>& source) {
  std::vector<float> target;
  const auto at = [&](int64_t s, int64_t y, int64_t x, int64_t k) {
    return source[static_cast<size_t>(((s * c.size[1] + y) * c.size[2] + x) * c.size[3] + k)];
  };
  for (int64_t s = 0; s < c.size[0]; ++s) {
    for (int64_t row = 0; row < c.size[1]; row += 2) {
      for (int64_t column = 0; column < c.size[2]; column += 2) {
        for (int64_t k = 0; k < c.size[3]; ++k) {
          float most = at(s, row, column, k);
          for (int64_t y = row; y < std::min(row + 2, c.size[1]); ++y) {
            for (int64_t x = column; x < std::min(column + 2, c.size[2]); ++x) {
              const float value = at(s, y, x, k);
              most = std::isnan(value) || value > most ? value : most;
            }
          }
          target.push_back(most);
        }
      }
    }
  }
  return target;
}

void agrees_with_the_definition(const MaxPoolingCase& c) {
  std::vector<float> values =
      random_floats(c.size[0] * c.size[1] * c.size[2] * c.size[3], -2, 2, 21);
  values.front() = -std::numeric_limits<float>::infinity();
  values.back() = std::numeric_limits<float>::infinity();
  const std::vector<float> expected = pooled(c, values);
  for (const MaxPoolingRoutines* routines : all_routines()) {
    for (const int32_t threads : {1, 2, 64}) {
      Guarded<float> source(values, 1);
      Guarded<float> target(static_cast<int64_t>(expected.size()), 3);
      CHECK_FOR(c.name, pancreas::max_pooling(*routines, source.data(), c.size, target.data(),
                                              threads) == PNC_OK);
      CHECK_FOR(c.name, same_bits(target.values(), expected) && target.marks_are_whole());
    }
  }
}

void a_nan_makes_its_window_nan() {
  const int64_t size[] = {1, 2, 2, 9};
  for (const MaxPoolingRoutines* routines : all_routines()) {
    for (size_t place = 0; place < 4; ++place) {
      std::vector<float> source(36, 1.0f);
      source[place * 9 + 2] = std::numeric_limits<float>::quiet_NaN();
      source[place * 9 + 8] = std::numeric_limits<float>::quiet_NaN();
      std::vector<float> target(9);
      CHECK(pancreas::max_pooling(*routines, source.data(), size, target.data(), 1) == PNC_OK);
      for (size_t i = 0; i < 9; ++i) {
        CHECK(i == 2 || i == 8 ? std::isnan(target[i]) : target[i] == 1);
      }
    }
  }
}

void bad_arguments_are_refused() {
  const int64_t size[] = {1, 2, 2, 1};
  const int64_t none[] = {1, 2, 0, 1};
  float a[4] = {1, 2, 3, 4};
  float b[1] = {5};
  CHECK(pnc_max_pooling(nullptr, size, b, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_max_pooling(a, nullptr, b, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_max_pooling(a, size, nullptr, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_max_pooling(a, none, b, 1) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_max_pooling(a, size, b, 0) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_max_pooling(a, size, a + 3, 1) == PNC_INVALID_ARGUMENT);
  CHECK(b[0] == 5 && a[3] == 4);
}

}  // namespace

void test_max_pooling() {
  for (const MaxPoolingCase& c : kMaxPoolingCases) {
    agrees_with_the_definition(c);
  }
  a_nan_makes_its_window_nan();
  bad_arguments_are_refused();
}

}  // namespace pancreas_test
