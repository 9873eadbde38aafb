// Times the cases of the tests that are worth it: pancreas_bench [threads]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "kernels/resample/resample.h"
#include "network_bench.h"
#include "resample_cases.h"

namespace {

constexpr int kRepeats = 7;

double median_ms(const pancreas::ResampleRoutines& routines, const pancreas_test::ResampleCase& c,
                 int32_t threads) {
  const int64_t source_size[] = {c.bench_slices, c.source[1], c.source[2]};
  const int64_t target_size[] = {c.bench_slices, c.target[1], c.target[2]};
  std::vector<float> source(static_cast<size_t>(source_size[0] * source_size[1] * source_size[2]),
                            1.5f);
  std::vector<float> target(static_cast<size_t>(target_size[0] * target_size[1] * target_size[2]));
  std::vector<double> times;
  for (int repeat = 0; repeat < kRepeats; ++repeat) {
    const auto start = std::chrono::steady_clock::now();
    if (pancreas::resample(routines, source.data(), source_size, target.data(), target_size,
                           c.filters, threads) != PNC_OK) {
      std::fprintf(stderr, "%s: failed\n", c.name);
      std::exit(1);
    }
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    times.push_back(took.count());
  }
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  const int32_t threads = argc > 1 ? std::atoi(argv[1]) : 1;
  std::printf("median of %d, %d thread(s), ms\n", kRepeats, threads);
  for (const pancreas_test::ResampleCase& c : pancreas_test::kResampleCases) {
    if (c.bench_slices == 0) {
      continue;
    }
    std::printf(
        "%-24s x %lld  portable %8.2f  %s %8.2f\n", c.name, static_cast<long long>(c.bench_slices),
        median_ms(pancreas::kResamplePortable, c, threads), pancreas::resample_routines().name,
        median_ms(pancreas::resample_routines(), c, threads));
  }
  bench_network(threads);
  return 0;
}
