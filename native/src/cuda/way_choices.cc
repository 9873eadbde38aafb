#include "cuda/way_choices.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "cuda/device_memory.h"

namespace pancreas {
namespace {

constexpr int kWarmUps = 2;
constexpr int kRounds = 5;

Event make_clock() {
  cudaEvent_t event = nullptr;
  check(cudaEventCreate(&event), "event");
  return Event(event);
}

// The shortest of several runs, milliseconds; infinity for a way that does not work here.
double shortest_run(const GpuPlan::Way& way, char* base, cudaStream_t stream) {
  const Event start = make_clock();
  const Event end = make_clock();
  double shortest = std::numeric_limits<double>::infinity();
  try {
    for (int round = -kWarmUps; round < kRounds; ++round) {
      check(cudaEventRecord(start.get(), stream), "event");
      way.launch(base, stream);
      check(cudaEventRecord(end.get(), stream), "event");
      check(cudaEventSynchronize(end.get()), "kernel");
      float milliseconds = 0;
      check(cudaEventElapsedTime(&milliseconds, start.get(), end.get()), "event");
      if (round >= 0) {
        shortest = std::min(shortest, static_cast<double>(milliseconds));
      }
    }
  } catch (const DeviceError&) {
    cudaGetLastError();
    return std::numeric_limits<double>::infinity();
  }
  return shortest;
}

size_t fastest(const GpuPlan::Step& step, size_t first, char* base, cudaStream_t stream) {
  size_t best = 0;
  double shortest = std::numeric_limits<double>::infinity();
  for (size_t way = first; way < step.ways.size(); ++way) {
    const double time = shortest_run(step.ways[way], base, stream);
    if (time < shortest) {
      shortest = time;
      best = way;
    }
  }
  return best;
}

}  // namespace

size_t WayChoices::choose(const GpuPlan& plan, const GpuPlan::Step& step, char* base,
                          cudaStream_t stream) {
  if (step.ways.size() == 1) {
    return 0;
  }
  const char* wish = std::getenv("PANCREAS_CONVOLUTIONS");
  const std::string wanted = wish == nullptr ? "" : wish;
  if (wanted == "own") {
    return 0;
  }
  const std::string key = step.name + " " + std::to_string(plan.slices) + " " +
                          std::to_string(plan.rows) + " " + std::to_string(plan.columns);
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto known = chosen_.find(key);
  if (known != chosen_.end()) {
    return known->second;
  }
  const size_t way = fastest(step, wanted == "cudnn" ? 1 : 0, base, stream);
  chosen_[key] = way;
  return way;
}

}  // namespace pancreas
