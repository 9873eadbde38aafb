#include "kernels/gemm/gemm.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "check.h"
#include "kernels/gemm/packed_matrix.h"
#include "kernels/isa/available_routines.h"
#include "random_network.h"

namespace pancreas_test {
namespace {

using pancreas::PackedMatrix;
using pancreas::Routines;

struct GemmCase {
  const char* name;
  int64_t m;
  int64_t k;
  int64_t n;
};

constexpr GemmCase kGemmCases[] = {
    {"one", 1, 1, 1},
    {"one block", 6, 8, 16},
    {"a block and one", 7, 9, 24},
    {"a block less one", 5, 7, 8},
    {"remainders of every size", 23, 33, 40},
    {"padded columns", 11, 16, 12},
    {"long sums", 4, 1000, 16},
};

constexpr float kUntouched = -12345.0f;

// Sums of k terms differ by at most k * 2^-24 of the sum of the terms' absolute values (N. Higham,
// Accuracy and Stability of Numerical Algorithms, 3.1).
void equals_the_definition(const GemmCase& c, const Routines& routines, bool accumulate) {
  const std::string name = std::string(c.name) + ", " + routines.name;
  const int64_t lda = c.k + 3;
  const std::vector<float> a = random_values(c.m * lda, 1.0f, 1);
  const std::vector<float> b = random_values(c.k * c.n, 1.0f, 2);
  const PackedMatrix packed(c.k, c.n, b.data());
  const int64_t columns = packed.panels().n;
  const int64_t ldc = columns + 5;
  std::vector<float> result(static_cast<size_t>(c.m * ldc), kUntouched);
  routines.gemm(c.m, a.data(), lda, packed.panels(), result.data(), ldc, accumulate);
  bool close = true;
  bool untouched = true;
  for (int64_t row = 0; row < c.m; ++row) {
    for (int64_t column = 0; column < ldc; ++column) {
      const double actual = result[static_cast<size_t>(row * ldc + column)];
      if (column >= columns) {
        untouched = untouched && actual == kUntouched;
        continue;
      }
      double sum = accumulate ? kUntouched : 0;
      double magnitude = std::abs(sum);
      for (int64_t i = 0; i < c.k && column < c.n; ++i) {
        const double term = static_cast<double>(a[static_cast<size_t>(row * lda + i)]) *
                            b[static_cast<size_t>(i * c.n + column)];
        sum += term;
        magnitude += std::abs(term);
      }
      const double bound = static_cast<double>(c.k + 1) * std::ldexp(1.0, -24) * magnitude;
      close = close && std::abs(actual - sum) <= bound;
    }
  }
  CHECK_FOR(name.c_str(), close);
  CHECK_FOR(name.c_str(), untouched);
}

void a_row_does_not_depend_on_the_others(const Routines& routines) {
  constexpr int64_t kRows = 13;
  constexpr int64_t kInner = 50;
  constexpr int64_t kColumns = 24;
  const std::vector<float> a = random_values(kRows * kInner, 1.0f, 1);
  const std::vector<float> b = random_values(kInner * kColumns, 1.0f, 2);
  const PackedMatrix packed(kInner, kColumns, b.data());
  std::vector<float> together(kRows * kColumns);
  routines.gemm(kRows, a.data(), kInner, packed.panels(), together.data(), kColumns, false);
  for (int64_t row = 0; row < kRows; ++row) {
    std::vector<float> alone(kColumns);
    routines.gemm(1, a.data() + row * kInner, kInner, packed.panels(), alone.data(), kColumns,
                  false);
    CHECK_FOR(routines.name, std::memcmp(alone.data(), together.data() + row * kColumns,
                                         kColumns * sizeof(float)) == 0);
  }
}

}  // namespace

void test_gemm() {
  for (const Routines* routines : pancreas::available_routines()) {
    for (const GemmCase& c : kGemmCases) {
      equals_the_definition(c, *routines, false);
      equals_the_definition(c, *routines, true);
    }
    a_row_does_not_depend_on_the_others(*routines);
  }
}

}  // namespace pancreas_test
