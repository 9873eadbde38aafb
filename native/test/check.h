#ifndef PANCREAS_TEST_CHECK_H
#define PANCREAS_TEST_CHECK_H

#include <cstdio>
#include <mutex>

namespace pancreas_test {

struct Counts {
  int passed = 0;
  int failed = 0;
};

inline Counts& counts() {
  static Counts all;
  return all;
}

inline bool check(bool holds, const char* what, const char* name, const char* file, int line) {
  static std::mutex mutex;
  const std::lock_guard<std::mutex> lock(mutex);
  if (holds) {
    ++counts().passed;
  } else {
    ++counts().failed;
    std::printf("%s:%d: %s: %s\n", file, line, name, what);
  }
  return holds;
}

void test_common();
void test_convolution();
void test_gemm();
void test_network();
void test_resample();
void test_windowing();
void test_decision();
void test_convolution_call();
void test_max_pooling();
void test_attention_gate();
void test_deep_supervision_head();
void test_largest_component();
void test_elements();

}  // namespace pancreas_test

// Counts whether a condition holds, and goes on; `name` says for which case.
#define CHECK_FOR(name, condition) \
  pancreas_test::check((condition), #condition, (name), __FILE__, __LINE__)
#define CHECK(condition) CHECK_FOR(__func__, condition)

#endif
