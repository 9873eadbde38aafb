// What the engine for GPUs takes, on the GPU that is there:
//   pancreas_cuda_bench [ROUNDS [FILE.json]]
// the network alone, 160 slices of 160 x 160, filters 16 to 256, in each precision, and each of its
// kernels beside the GPU's own copy speed; a whole CT, 512 x 512 x 240, from int16 slices in the
// memory of the CPU to the mask there. Prints tables; FILE.json receives the same numbers.
#include <cuda_runtime_api.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "cuda/device_memory.h"
#include "cuda/gpu_network.h"
#include "cuda/gpu_workspace.h"
#include "pancreas_cuda.h"
#include "random_network.h"

namespace {

using pancreas::check;

constexpr int32_t kSlices = 160;
constexpr int32_t kSide = 160;
constexpr int32_t kCtSide = 512;
constexpr int32_t kCtSlices = 240;
const std::vector<int64_t> kFilters = {16, 32, 64, 128, 256};

struct NamedPrecision {
  const char* name;
  pancreas::Precision precision;
};
constexpr NamedPrecision kPrecisions[] = {
    {"float16", pancreas::Precision::kFloat16},
    {"tf32", pancreas::Precision::kTf32},
    {"float32", pancreas::Precision::kFloat32},
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

// An event that knows the time.
class Clock {
 public:
  Clock() { check(cudaEventCreate(&event_), "event"); }
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  ~Clock() { cudaEventDestroy(event_); }
  void record(cudaStream_t stream) { check(cudaEventRecord(event_, stream), "event"); }
  double milliseconds_since(const Clock& start) const {
    check(cudaEventSynchronize(event_), "event");
    float milliseconds = 0;
    check(cudaEventElapsedTime(&milliseconds, start.event_, event_), "event");
    return static_cast<double>(milliseconds);
  }

 private:
  cudaEvent_t event_ = nullptr;
};

// Bytes read and written in a second by a copy within the GPU's memory.
double copy_bandwidth(int rounds) {
  constexpr size_t kBytes = size_t{1} << 30;
  const pancreas::DeviceMemory from = pancreas::allocate_on_device(kBytes);
  const pancreas::DeviceMemory to = pancreas::allocate_on_device(kBytes);
  const pancreas::Stream stream = pancreas::make_stream();
  check(cudaMemset(from.get(), 1, kBytes), "GPU memory");
  std::vector<double> times;
  for (int round = -2; round < rounds; ++round) {
    Clock start;
    Clock end;
    start.record(stream.get());
    check(cudaMemcpyAsync(to.get(), from.get(), kBytes, cudaMemcpyDeviceToDevice, stream.get()),
          "copy");
    end.record(stream.get());
    const double time = end.milliseconds_since(start);
    if (round >= 0) {
      times.push_back(time);
    }
  }
  return 2 * static_cast<double>(kBytes) / (median(times) / 1e3);
}

std::vector<double> network_times(const pancreas::GpuWorkspace& workspace, int rounds) {
  std::vector<double> times;
  for (int round = -3; round < rounds; ++round) {
    Clock start;
    Clock end;
    start.record(workspace.stream());
    workspace.launch();
    end.record(workspace.stream());
    const double time = end.milliseconds_since(start);
    if (round >= 0) {
      times.push_back(time);
    }
  }
  return times;
}

// Each step by itself, launched without the graph.
std::vector<double> step_times(const pancreas::GpuWorkspace& workspace, char* base, int rounds) {
  const pancreas::GpuPlan& plan = workspace.plan();
  const cudaStream_t stream = workspace.stream();
  std::vector<double> medians;
  for (size_t i = 0; i < plan.steps.size(); ++i) {
    const pancreas::GpuPlan::Way& way = plan.steps[i].ways[workspace.ways()[i]];
    std::vector<double> times;
    for (int round = -2; round < rounds; ++round) {
      Clock start;
      Clock end;
      start.record(stream);
      way.launch(base, stream);
      end.record(stream);
      const double time = end.milliseconds_since(start);
      if (round >= 0) {
        times.push_back(time);
      }
    }
    medians.push_back(median(times));
  }
  return medians;
}

void measure_network(const NamedPrecision& named, int rounds, double bandwidth,
                     std::ostringstream& json) {
  const std::vector<float> weights = pancreas_test::random_weights(kFilters, 1);
  const pancreas::GpuNetwork network(kFilters, weights.data(), named.precision);
  pancreas::WayChoices choices;
  const pancreas::GpuWorkspace workspace(network.plan(kSlices, kSide, kSide), choices);
  const std::vector<float> input =
      pancreas_test::random_values(int64_t{kSlices} * kSide * kSide, 1.0f, 7);
  pancreas::copy_to_device(workspace.input(), input.data(), input.size() * sizeof(float),
                           "slices to the GPU");
  const std::vector<double> times = network_times(workspace, rounds);
  std::printf("\n%s: the network alone %.2f ms (fastest %.2f), %.0f MB\n\n", named.name,
              median(times), *std::min_element(times.begin(), times.end()),
              static_cast<double>(workspace.plan().bytes) / 1e6);
  std::printf(
      "| step | way | ms | TFLOP/s | GB/s | of the copy's |\n| --- | --- | --- | --- | --- | --- "
      "|\n");
  json << "\"" << named.name << "\": {\"milliseconds\": " << median(times)
       << ", \"bytes\": " << workspace.plan().bytes << ", \"steps\": [";
  const pancreas::GpuPlan& plan = workspace.plan();
  char* base = reinterpret_cast<char*>(workspace.input()) - plan.input;
  const std::vector<double> steps = step_times(workspace, base, std::max(3, rounds / 4));
  for (size_t i = 0; i < steps.size(); ++i) {
    const pancreas::GpuPlan::Step& step = plan.steps[i];
    const double seconds = steps[i] / 1e3;
    const std::string& way = step.ways[workspace.ways()[i]].name;
    std::printf("| %s | %s | %.3f | %.1f | %.0f | %.2f |\n", step.name.c_str(), way.c_str(),
                steps[i], step.flops / seconds / 1e12, step.bytes / seconds / 1e9,
                step.bytes / seconds / bandwidth);
    json << (i == 0 ? "" : ", ") << "{\"name\": \"" << step.name << "\", \"way\": \"" << way
         << "\", \"milliseconds\": " << steps[i] << ", \"flops\": " << step.flops
         << ", \"bytes\": " << step.bytes << "}";
  }
  json << "]}";
}

// From slices of a CT, pageable or pinned, to its mask.
double volume_milliseconds(pancreas::Precision precision, bool pinned, int rounds) {
  constexpr size_t kSliceValues = size_t{kCtSide} * kCtSide;
  const size_t voxels = kSliceValues * kCtSlices;
  std::vector<int16_t> pageable(pinned ? 0 : voxels);
  std::vector<uint8_t> mask(voxels);
  pancreas::PinnedMemory memory;
  int16_t* ct = pageable.data();
  if (pinned) {
    memory = pancreas::allocate_pinned(voxels * sizeof(int16_t));
    ct = static_cast<int16_t*>(memory.get());
  }
  for (size_t i = 0; i < voxels; ++i) {
    ct[i] = static_cast<int16_t>(i * 2654435761u >> 20 & 2047);
  }
  const std::vector<double> slopes(kCtSlices, 1);
  const std::vector<double> intercepts(kCtSlices, -1024);
  pnc_cuda_volume volume = {};
  volume.voxels = ct;
  volume.slopes = slopes.data();
  volume.intercepts = intercepts.data();
  volume.mask = mask.data();
  const int32_t stored[3] = {kCtSlices, kCtSide, kCtSide};
  const int32_t network_size[3] = {kCtSlices, kSide, kSide};
  const int32_t filters[3] = {PNC_FILTER_NONE, PNC_FILTER_LINEAR, PNC_FILTER_LINEAR};
  for (int a = 0; a < 3; ++a) {
    volume.stored_size[a] = stored[a];
    volume.axes[a] = a;
    volume.network_size[a] = network_size[a];
    volume.filters[a] = volume.back_filters[a] = filters[a];
  }
  volume.clip_min = volume.low = -100;
  volume.clip_max = volume.high = 240;
  volume.threshold = 0.5;
  const std::vector<float> weights = pancreas_test::random_weights(kFilters, 1);
  const std::vector<int32_t> counts(kFilters.begin(), kFilters.end());
  int32_t status = -1;
  pnc_cuda_network* network = pnc_cuda_network_create(
      counts.data(), static_cast<int32_t>(counts.size()), weights.data(),
      static_cast<int64_t>(weights.size()), static_cast<int32_t>(precision), 0, 0, &status);
  std::vector<double> times;
  for (int round = -2; round < rounds && status == PNC_OK; ++round) {
    const auto start = std::chrono::steady_clock::now();
    status = pnc_cuda_volume_run(network, &volume, 8, nullptr, nullptr);
    const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - start;
    if (round >= 0) {
      times.push_back(time.count());
    }
  }
  pnc_cuda_network_destroy(network);
  if (status != PNC_OK) {
    std::fprintf(stderr, "a whole CT failed: %s (%s)\n", pnc_status_text(status), pnc_cuda_error());
    std::exit(1);
  }
  return median(times);
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 20;
  if (pnc_cuda_device_count() == 0) {
    std::fprintf(stderr, "no GPU here\n");
    return 7;
  }
  std::ostringstream json;
  const double bandwidth = copy_bandwidth(rounds);
  std::printf("%s; copy %.0f GB/s; medians of %d\n", pnc_cuda_device(0), bandwidth / 1e9, rounds);
  json << "{\"device\": \"" << pnc_cuda_device(0) << "\", \"rounds\": " << rounds
       << ", \"copyBytesPerSecond\": " << bandwidth << ", \"network\": {";
  bool first = true;
  for (const NamedPrecision& named : kPrecisions) {
    json << (first ? "" : ", ");
    first = false;
    measure_network(named, rounds, bandwidth, json);
  }
  json << "}, \"volume\": {";
  std::printf(
      "\nint16 slices of 512 x 512 x 240 to the mask on the host, network at 160 x 160\n\n");
  std::printf("| precision | slices in | ms |\n| --- | --- | --- |\n");
  first = true;
  for (const NamedPrecision& named : kPrecisions) {
    for (const bool pinned : {true, false}) {
      const char* memory = pinned ? "pinned memory" : "pageable memory";
      const double time = volume_milliseconds(named.precision, pinned, std::max(3, rounds / 4));
      std::printf("| %s | %s | %.1f |\n", named.name, memory, time);
      json << (first ? "" : ", ") << "\"" << named.name << ", " << memory << "\": " << time;
      first = false;
    }
  }
  json << "}}\n";
  if (argc > 2) {
    std::ofstream(argv[2]) << json.str();
  }
  return 0;
}
