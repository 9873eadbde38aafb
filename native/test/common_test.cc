#include <atomic>
#include <cstdlib>
#include <string>
#include <vector>

#include "check.h"
#include "common/cpu_features.h"
#include "common/parallel_for.h"
#include "kernels/resample/resample.h"
#include "pancreas.h"

namespace pancreas_test {
namespace {

void a_variable_that_is_set_stays() {
  CHECK(pnc_setenv("PANCREAS_TEST_VARIABLE", "first") == PNC_OK);
  CHECK(std::string(std::getenv("PANCREAS_TEST_VARIABLE")) == "first");
  CHECK(pnc_setenv("PANCREAS_TEST_VARIABLE", "second") == PNC_OK);
  CHECK(std::string(pnc_getenv("PANCREAS_TEST_VARIABLE")) == "first");
  CHECK(std::string(pnc_getenv("PANCREAS_TEST_NO_VARIABLE")).empty());
}

void bad_names_are_refused() {
  CHECK(pnc_setenv(nullptr, "value") == PNC_INVALID_ARGUMENT);
  CHECK(pnc_setenv("", "value") == PNC_INVALID_ARGUMENT);
  CHECK(pnc_setenv("A=B", "value") == PNC_INVALID_ARGUMENT);
  CHECK(pnc_setenv("PANCREAS_TEST_OTHER", nullptr) == PNC_INVALID_ARGUMENT);
  CHECK(std::string(pnc_getenv(nullptr)).empty());
}

void features_agree_with_the_dispatch() {
  const std::string features = std::string(" ") + pnc_cpu_features() + " ";
  const auto listed = [&features](const char* name) {
    return features.find(std::string(" ") + name + " ") != std::string::npos;
  };
  const std::string newest_allowed = pnc_getenv("PANCREAS_INSTRUCTION_SET");
  const bool portable_only = newest_allowed == "portable";
  const bool avx2 = !portable_only && listed("avx2") && listed("fma");
  const bool neon = !portable_only && listed("neon");
  const bool avx512 = avx2 && newest_allowed != "avx2" && listed("avx512f");
  CHECK(avx2 == pancreas::cpu_has_avx2_fma());
  CHECK(avx512 == pancreas::cpu_has_avx512f());
  CHECK(neon == pancreas::cpu_has_neon());
  CHECK(std::string(pnc_instruction_set()) == (avx2 ? "avx2" : neon ? "neon" : "portable"));
  const std::string choices = pnc_kernel_choices();
  for (const char* operation : {"resample", "windowing", "max pooling", "attention gate",
                                "deep supervision head", "threshold", "argmax"}) {
    const std::string choice = std::string(operation) + " " + (avx2 ? "avx2" : "portable");
    CHECK_FOR(operation, choices.find(choice) != std::string::npos);
  }
  for (const char* convolution : {"convolution 1x1 gemm", "convolution 3x3 winograd",
                                  "convolution 2x2 gemm", "transposed convolution 4x4 winograd"}) {
    const std::string choice =
        std::string(convolution) + " " + (avx512 ? "avx512" : pnc_instruction_set());
    CHECK_FOR(convolution, choices.find(choice) != std::string::npos);
  }
}

void the_environment_is_read_once() {
  const std::string before = pnc_instruction_set();
  CHECK(pnc_setenv("PANCREAS_INSTRUCTION_SET", "portable") == PNC_OK);
  CHECK(before == pnc_instruction_set());
}

void every_status_has_a_text() {
  for (int32_t status = PNC_OK; status <= PNC_RESULT_NOT_FINITE; ++status) {
    CHECK(std::string(pnc_status_text(status)) != pnc_status_text(-1));
  }
  CHECK(!std::string(pnc_version()).empty());
}

void each_item_is_done_once() {
  for (const int workers : {1, 2, 7, 64}) {
    for (const int64_t items : {0, 1, 2, 63, 1000}) {
      std::vector<std::atomic<int>> done(static_cast<size_t>(items));
      std::atomic<bool> worker_in_range{true};
      pancreas::parallel_for(items, workers, [&](int worker, int64_t item) {
        if (worker < 0 || worker >= workers) {
          worker_in_range = false;
        }
        ++done[static_cast<size_t>(item)];
      });
      bool once = true;
      for (const auto& count : done) {
        once = once && count == 1;
      }
      CHECK(once);
      CHECK(worker_in_range);
    }
  }
}

}  // namespace

void test_common() {
  a_variable_that_is_set_stays();
  bad_names_are_refused();
  features_agree_with_the_dispatch();
  the_environment_is_read_once();
  every_status_has_a_text();
  each_item_is_done_once();
}

}  // namespace pancreas_test
