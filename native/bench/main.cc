// Times the cases of the tests that are worth it, and a network: pancreas_bench [threads [network]]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "attention_gate_cases.h"
#include "buffers.h"
#include "deep_supervision_head_cases.h"
#include "elementwise_cases.h"
#include "kernels/argmax/argmax.h"
#include "kernels/attention_gate/attention_gate.h"
#include "kernels/deep_supervision_head/deep_supervision_head.h"
#include "kernels/max_pooling/max_pooling.h"
#include "kernels/resample/resample.h"
#include "kernels/threshold/threshold.h"
#include "kernels/windowing/windowing.h"
#include "max_pooling_cases.h"
#include "network_bench.h"
#include "resample_cases.h"

namespace {

using pancreas_test::random_floats;

constexpr int kRepeats = 7;

double median_ms(const std::function<int32_t()>& body) {
  std::vector<double> times;
  for (int repeat = 0; repeat < kRepeats; ++repeat) {
    const auto start = std::chrono::steady_clock::now();
    if (body() != PNC_OK) {
      std::fprintf(stderr, "a kernel failed\n");
      std::exit(1);
    }
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    times.push_back(took.count());
  }
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

// Times a body with the portable routines and with those of this CPU.
template <typename Routines>
void compare(const std::string& name, int64_t count, const Routines& portable,
             const Routines& fastest, const std::function<int32_t(const Routines&)>& body) {
  const double portable_ms = median_ms([&] { return body(portable); });
  const double fastest_ms = median_ms([&] { return body(fastest); });
  std::printf("%-45s x %-8lld portable %8.2f  %s %8.2f\n", name.c_str(),
              static_cast<long long>(count), portable_ms, fastest.name, fastest_ms);
}

void bench_resample(const pancreas_test::ResampleCase& c, int32_t threads) {
  const int64_t source_size[] = {c.bench_slices, c.source[1], c.source[2]};
  const int64_t target_size[] = {c.bench_slices, c.target[1], c.target[2]};
  const std::vector<float> source(
      static_cast<size_t>(source_size[0] * source_size[1] * source_size[2]), 1.5f);
  std::vector<float> target(static_cast<size_t>(target_size[0] * target_size[1] * target_size[2]));
  compare<pancreas::ResampleRoutines>(
      c.name, c.bench_slices, pancreas::kResamplePortable, pancreas::resample_routines(),
      [&](const pancreas::ResampleRoutines& routines) {
        return pancreas::resample(routines, source.data(), source_size, target.data(), target_size,
                                  c.filters, threads);
      });
}

// These run on one thread: their blocks are shared out by code that is the same for all routines.
void bench_elementwise(int64_t count) {
  const std::vector<float> source = random_floats(2 * count, -200, 300, 1);
  const std::vector<int16_t> stored(static_cast<size_t>(count), 1000);
  std::vector<float> target(static_cast<size_t>(count));
  std::vector<uint8_t> mask(static_cast<size_t>(count));
  const pancreas::IntensityWindow window = {-100, 240, -100, 2.0 / 340};
  compare<pancreas::WindowingRoutines>(
      "windowing", count, pancreas::kWindowingPortable, pancreas::windowing_routines(),
      [&](const pancreas::WindowingRoutines& routines) {
        routines.floats(source.data(), target.data(), count, window);
        return PNC_OK;
      });
  compare<pancreas::WindowingRoutines>(
      "windowing of stored values", count, pancreas::kWindowingPortable,
      pancreas::windowing_routines(), [&](const pancreas::WindowingRoutines& routines) {
        routines.shorts(stored.data(), {1, -1024}, target.data(), count, window);
        return PNC_OK;
      });
  compare<pancreas::ThresholdRoutines>("threshold", count, pancreas::kThresholdPortable,
                                       pancreas::threshold_routines(),
                                       [&](const pancreas::ThresholdRoutines& routines) {
                                         routines.apply(source.data(), 0.5f, mask.data(), count);
                                         return PNC_OK;
                                       });
  compare<pancreas::ArgmaxRoutines>("argmax", count, pancreas::kArgmaxPortable,
                                    pancreas::argmax_routines(),
                                    [&](const pancreas::ArgmaxRoutines& routines) {
                                      routines.apply(source.data(), mask.data(), count);
                                      return PNC_OK;
                                    });
}

void bench_max_pooling(const pancreas_test::MaxPoolingCase& c, int32_t threads) {
  const int64_t size[] = {c.bench_slices, c.size[1], c.size[2], c.size[3]};
  const std::vector<float> source = random_floats(size[0] * size[1] * size[2] * size[3], -1, 1, 1);
  std::vector<float> target(source.size());
  compare<pancreas::MaxPoolingRoutines>(
      std::string("max pooling, ") + c.name, c.bench_slices, pancreas::kMaxPoolingPortable,
      pancreas::max_pooling_routines(), [&](const pancreas::MaxPoolingRoutines& routines) {
        return pancreas::max_pooling(routines, source.data(), size, target.data(), threads);
      });
}

void bench_attention_gate(const pancreas_test::AttentionGateCase& c, int32_t threads) {
  const int64_t x_size[] = {c.bench_slices, c.x[1], c.x[2], c.x[3]};
  const int64_t gating_size[] = {c.bench_slices, c.gating[1], c.gating[2], c.gating[3]};
  const std::vector<float> x =
      random_floats(x_size[0] * x_size[1] * x_size[2] * x_size[3], -1, 1, 1);
  const std::vector<float> gating =
      random_floats(gating_size[0] * gating_size[1] * gating_size[2] * gating_size[3], -1, 1, 2);
  const std::vector<float> weights =
      random_floats(std::max(4 * c.x[3], c.gating[3]) * c.inner, -0.05f, 0.05f, 3);
  std::vector<float> target(x.size());
  const pancreas::AttentionGate gate = {
      x.data(),       x_size,         gating.data(),  gating_size, c.inner,       weights.data(),
      weights.data(), weights.data(), weights.data(), 0,           target.data(), threads};
  compare<pancreas::AttentionGateRoutines>(
      std::string("attention gate, ") + c.name, c.bench_slices, pancreas::kAttentionGatePortable,
      pancreas::attention_gate_routines(), [&](const pancreas::AttentionGateRoutines& routines) {
        return pancreas::attention_gate(routines, gate);
      });
}

void bench_deep_supervision_head(const pancreas_test::DeepSupervisionHeadCase& c, int32_t threads) {
  const int64_t size[] = {c.bench_slices, c.size[1], c.size[2]};
  std::vector<std::vector<float>> maps;
  std::vector<const float*> pointers;
  int64_t channels = 0;
  for (int32_t level = 0; level < c.levels; ++level) {
    const int64_t pixels = size[1] / c.factors[level] * (size[2] / c.factors[level]);
    maps.push_back(random_floats(size[0] * pixels * c.channels[level], 0, 1, 1));
    channels += c.channels[level];
  }
  for (const std::vector<float>& map : maps) {
    pointers.push_back(map.data());
  }
  const std::vector<float> weights = random_floats(2 * channels, -0.1f, 0.1f, 2);
  std::vector<float> probability(static_cast<size_t>(size[0] * size[1] * size[2]));
  const pancreas::DeepSupervisionHead head = {c.levels,       pointers.data(), c.channels,
                                              c.factors,      weights.data(),  weights.data(),
                                              weights.data(), weights.data(),  probability.data(),
                                              size,           threads};
  compare<pancreas::DeepSupervisionHeadRoutines>(
      std::string("deep supervision head, ") + c.name, c.bench_slices,
      pancreas::kDeepSupervisionHeadPortable, pancreas::deep_supervision_head_routines(),
      [&](const pancreas::DeepSupervisionHeadRoutines& routines) {
        return pancreas::deep_supervision_head(routines, head);
      });
}

// Times the kernels' cases.
void bench_kernels(int32_t threads) {
  std::printf("median of %d, %d thread(s), ms\n", kRepeats, threads);
  for (const pancreas_test::ResampleCase& c : pancreas_test::kResampleCases) {
    if (c.bench_slices > 0) {
      bench_resample(c, threads);
    }
  }
  for (const int64_t count : pancreas_test::kBenchCounts) {
    bench_elementwise(count);
  }
  for (const pancreas_test::MaxPoolingCase& c : pancreas_test::kMaxPoolingCases) {
    if (c.bench_slices > 0) {
      bench_max_pooling(c, threads);
    }
  }
  for (const pancreas_test::AttentionGateCase& c : pancreas_test::kAttentionGateCases) {
    if (c.bench_slices > 0) {
      bench_attention_gate(c, threads);
    }
  }
  for (const auto& c : pancreas_test::kDeepSupervisionHeadCases) {
    if (c.bench_slices > 0) {
      bench_deep_supervision_head(c, threads);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);  // it takes minutes: show each line at once
  const int32_t threads = argc > 1 ? std::atoi(argv[1]) : 1;
  if (argc <= 2) {
    bench_kernels(threads);
  }
  bench_network(threads);
  return 0;
}
