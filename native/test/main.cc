#include "check.h"

int main() {
  pancreas_test::test_common();
  pancreas_test::test_convolution();
  pancreas_test::test_gemm();
  pancreas_test::test_network();
  pancreas_test::test_resample();
  pancreas_test::test_windowing();
  pancreas_test::test_decision();
  pancreas_test::test_convolution_call();
  pancreas_test::test_max_pooling();
  pancreas_test::test_attention_gate();
  pancreas_test::test_deep_supervision_head();
  pancreas_test::test_largest_component();
  pancreas_test::test_elements();
  const pancreas_test::Counts counts = pancreas_test::counts();
  std::printf("%d passed, %d failed\n", counts.passed, counts.failed);
  return counts.failed == 0 && counts.passed > 0 ? 0 : 1;
}
