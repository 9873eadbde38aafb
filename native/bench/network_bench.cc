// Times the network that most models have: 160 slices of 160 x 160, 438 GFLOP.
#include "network_bench.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

#include "kernels/isa/available_routines.h"
#include "net/group_run.h"
#include "net/network.h"
#include "net/packed_network.h"
#include "net/workspace.h"
#include "random_network.h"

namespace {

using pancreas::Algorithm;
using pancreas::LevelTimes;
using pancreas::Network;
using pancreas::PackedNetwork;
using pancreas::Routines;
using pancreas::StageTimes;

constexpr int64_t kSlices = 160;
constexpr int64_t kSide = 160;
constexpr int kRepeats = 5;

const std::vector<int64_t> kFilters = {16, 32, 64, 128, 256};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void print_row(const char* part, int level, const StageTimes& times) {
  std::printf("  %-8s %d  input %7.1f  product %7.1f  output %7.1f  ms\n", part, level,
              1e3 * times.input, 1e3 * times.product, 1e3 * times.output);
}

// Every stage of one thread's work, for all slices.
void print_stages(const PackedNetwork& network, const Routines& routines,
                  const std::vector<float>& input) {
  pancreas::Workspace workspace(network, kSide, kSide);
  pancreas::GroupRun run(network, routines, workspace, {kSide, kSide}, -1.0f);
  std::vector<LevelTimes> times(static_cast<size_t>(network.levels()));
  run.count_times(&times);
  const int64_t group = pancreas::group_slices(kSide, kSide);
  std::vector<float> probability(static_cast<size_t>(group * kSide * kSide));
  const auto start = std::chrono::steady_clock::now();
  for (int64_t first = 0; first < kSlices; first += group) {
    run.run(input.data() + first * kSide * kSide, group, probability.data(), [] { return false; });
  }
  const double all = seconds_since(start);
  double stages = 0;
  for (int level = 0; level < network.levels(); ++level) {
    const LevelTimes& t = times[static_cast<size_t>(level)];
    print_row("encoder", level, t.encoder);
    for (const StageTimes& part : {t.encoder, t.up, t.decoder}) {
      stages += part.input + part.product + part.output;
    }
  }
  for (int level = network.levels() - 2; level >= 0; --level) {
    print_row("up", level, times[static_cast<size_t>(level)].up);
    print_row("decoder", level, times[static_cast<size_t>(level)].decoder);
  }
  std::printf("  first convolution, gates, heads and copies %7.1f ms; all %7.1f ms\n",
              1e3 * (all - stages), 1e3 * all);
}

double median_seconds(Network& network, const std::vector<float>& input,
                      std::vector<float>& probability, int threads) {
  std::vector<double> times;
  for (int i = 0; i < kRepeats; ++i) {
    const auto start = std::chrono::steady_clock::now();
    network.run({input.data(), kSlices, {kSide, kSide}, -1.0f, probability.data()}, threads,
                nullptr, nullptr);
    times.push_back(seconds_since(start));
  }
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

}  // namespace

void bench_network(int threads) {
  const std::vector<float> weights = pancreas_test::random_weights(kFilters, 1);
  const std::vector<float> input = pancreas_test::random_values(kSlices * kSide * kSide, 1.0f, 2);
  std::vector<float> probability(input.size());
  for (const Routines* routines : pancreas::available_routines()) {
    for (const Algorithm algorithm : {Algorithm::kWinograd, Algorithm::kDirect}) {
      const bool winograd = algorithm == Algorithm::kWinograd;
      Network network(PackedNetwork(kFilters, weights.data(), algorithm), *routines);
      std::printf("network, %s, %s: 1 thread %.3f s, %d threads %.3f s, %.0f MB\n", routines->name,
                  winograd ? "Winograd" : "direct", median_seconds(network, input, probability, 1),
                  threads, median_seconds(network, input, probability, threads),
                  static_cast<double>(network.bytes({kSide, kSide}, threads)) / 1e6);
      if (winograd) {
        print_stages(PackedNetwork(kFilters, weights.data(), algorithm), *routines, input);
      }
    }
  }
}
