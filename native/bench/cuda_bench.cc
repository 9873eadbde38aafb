// What the engine for GPUs takes, on the GPU that is there:
//   pancreas_cuda_bench [ROUNDS [FILE.json]]
// the network alone, 160 slices of 160 x 160, filters 16 to 256, in each precision; each of its
// kernels, and those before and after it, beside what the GPU copies and multiplies at best; a
// whole CT, 512 x 512 x 240, from int16 slices in the memory of the CPU to the mask there. Prints
// tables; FILE.json receives the same numbers.
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
#include <utility>
#include <vector>

#include "cuda/device_memory.h"
#include "cuda/gpu_network.h"
#include "cuda/gpu_workspace.h"
#include "kernels/resample/resample_gpu.h"
#include "on_gpu.h"
#include "pancreas_cuda.h"
#include "peak.h"
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

// Milliseconds of what `add` adds to a stream.
template <typename Add>
std::vector<double> times_of(cudaStream_t stream, int rounds, const Add& add) {
  std::vector<double> times;
  for (int round = -3; round < rounds; ++round) {
    Clock start;
    Clock end;
    start.record(stream);
    add(stream);
    end.record(stream);
    const double time = end.milliseconds_since(start);
    if (round >= 0) {
      times.push_back(time);
    }
  }
  return times;
}

// What the GPU does in a second at best.
struct Ceilings {
  double bytes;                         // read and written by a copy within its memory
  std::map<std::string, double> flops;  // of each precision, with nothing but multiplications
};

Ceilings measure_ceilings(int rounds) {
  constexpr size_t kBytes = size_t{1} << 30;
  const pancreas::DeviceMemory from = pancreas::allocate_on_device(kBytes);
  const pancreas::DeviceMemory to = pancreas::allocate_on_device(kBytes);
  const pancreas::Stream stream = pancreas::make_stream();
  check(cudaMemset(from.get(), 1, kBytes), "GPU memory");
  check(cudaDeviceSynchronize(), "GPU memory");
  Ceilings ceilings;
  const double copy = median(times_of(stream.get(), rounds, [&](cudaStream_t s) {
    check(cudaMemcpyAsync(to.get(), from.get(), kBytes, cudaMemcpyDeviceToDevice, s), "copy");
  }));
  ceilings.bytes = 2 * static_cast<double>(kBytes) / (copy / 1e3);
  cudaDeviceProp gpu = {};
  check(cudaGetDeviceProperties(&gpu, 0), "GPU");
  for (const NamedPrecision& named : kPrecisions) {
    double flops = 0;
    const double time = median(times_of(stream.get(), rounds, [&](cudaStream_t s) {
      flops = pancreas::launch_peak(named.precision, gpu, static_cast<float*>(to.get()), s);
    }));
    ceilings.flops[named.name] = flops / (time / 1e3);
  }
  return ceilings;
}

constexpr const char* kStepsHead =
    "| step | way | ms | TFLOP/s | GB/s | of its ceiling |\n| --- | --- | --- | --- | --- | --- "
    "|\n";

// A line of a table; as much of the ceiling, of arithmetic or of memory, that it is nearer to.
void print_step(const std::string& name, const std::string& way, double milliseconds, double flops,
                double bytes, double most_flops, double most_bytes) {
  const double seconds = milliseconds / 1e3;
  const double of_ceiling = std::max(flops / seconds / most_flops, bytes / seconds / most_bytes);
  std::printf("| %s | %s | %.3f | %.1f | %.0f | %.2f |\n", name.c_str(), way.c_str(), milliseconds,
              flops / seconds / 1e12, bytes / seconds / 1e9, of_ceiling);
}

std::string json_step(const std::string& name, const std::string& way, double milliseconds,
                      double flops, double bytes) {
  std::ostringstream json;
  json << "{\"name\": \"" << name << "\", \"way\": \"" << way
       << "\", \"milliseconds\": " << milliseconds << ", \"flops\": " << flops
       << ", \"bytes\": " << bytes << "}";
  return json.str();
}

void measure_network(const NamedPrecision& named, int rounds, const Ceilings& ceilings,
                     std::ostringstream& json) {
  const std::vector<float> weights = pancreas_test::random_weights(kFilters, 1);
  const pancreas::GpuNetwork network(kFilters, weights.data(), named.precision);
  pancreas::WayChoices choices;
  const pancreas::GpuWorkspace workspace(network.plan(kSlices, kSide, kSide), choices);
  const std::vector<float> input =
      pancreas_test::random_values(int64_t{kSlices} * kSide * kSide, 1.0f, 7);
  pancreas::copy_to_device(workspace.input(), input.data(), input.size() * sizeof(float),
                           "slices to the GPU");
  const std::vector<double> times =
      times_of(workspace.stream(), rounds, [&](cudaStream_t) { workspace.launch(); });
  std::printf("\n%s: the network alone %.2f ms (fastest %.2f), %.0f MB\n\n", named.name,
              median(times), *std::min_element(times.begin(), times.end()),
              static_cast<double>(workspace.plan().bytes) / 1e6);
  std::printf("%s", kStepsHead);
  json << "\"" << named.name << "\": {\"milliseconds\": " << median(times)
       << ", \"bytes\": " << workspace.plan().bytes << ", \"steps\": [";
  const pancreas::GpuPlan& plan = workspace.plan();
  char* base = reinterpret_cast<char*>(workspace.input()) - plan.input;
  for (size_t i = 0; i < plan.steps.size(); ++i) {
    // By itself, without the graph.
    const pancreas::GpuPlan::Step& step = plan.steps[i];
    const pancreas::GpuPlan::Way& way = step.ways[workspace.ways()[i]];
    const double time = median(times_of(workspace.stream(), std::max(3, rounds / 4),
                                        [&](cudaStream_t stream) { way.launch(base, stream); }));
    print_step(step.name, way.name, time, step.flops, step.bytes, ceilings.flops.at(named.name),
               ceilings.bytes);
    json << (i == 0 ? "" : ", ") << json_step(step.name, way.name, time, step.flops, step.bytes);
  }
  json << "]}";
}

// The kernels before and after the network, for a CT of 512 x 512 x 240. Their ceiling is memory.
void measure_resampling(int rounds, const Ceilings& ceilings, std::ostringstream& json) {
  const pancreas::Size3 stored = {kCtSlices, kCtSide, kCtSide};
  const pancreas::Size3 grid = {kCtSlices, kSide, kSide};
  const double voxels = static_cast<double>(stored.z) * stored.y * stored.x;
  const double values = static_cast<double>(grid.z) * grid.y * grid.x;
  const auto memory = [](double bytes) {
    return pancreas::allocate_on_device(static_cast<size_t>(bytes));
  };
  const pancreas::DeviceMemory ct = memory(voxels * sizeof(int16_t));
  const pancreas::DeviceMemory on_grid = memory(values * sizeof(float));
  const pancreas::DeviceMemory bits =
      memory(static_cast<double>(stored.z) * pancreas::words_of_slice(stored) * sizeof(uint32_t));
  const pancreas::DeviceMemory range = memory(sizeof(pancreas::GpuRange));
  const pancreas_test::OnGpu<pancreas::Rescale> rescales(
      std::vector<pancreas::Rescale>(kCtSlices, {1, -1024}));
  check(cudaMemset(ct.get(), 1, static_cast<size_t>(voxels) * sizeof(int16_t)), "GPU memory");
  check(cudaDeviceSynchronize(), "GPU memory");
  const pancreas_test::GpuTaps slices(PNC_FILTER_NONE, kCtSlices, kCtSlices);
  const pancreas_test::GpuTaps there(PNC_FILTER_LINEAR, kCtSide, kSide);
  const pancreas_test::GpuTaps back(PNC_FILTER_LINEAR, kSide, kCtSide);
  pancreas::GpuInput input = {};
  input.ct = {static_cast<const int16_t*>(ct.get()),
              {0, int64_t{kCtSide} * kCtSide, kCtSide, 1},
              rescales.get(),
              {0, 1, 0, 0}};
  input.target = grid;
  input.z = slices.get();
  input.y = input.x = there.get();
  input.window_first = true;
  input.window = {-100, 240, -100, 2.0 / 340};
  pancreas::GpuMask mask = {};
  mask.probability = static_cast<const float*>(on_grid.get());
  mask.source = grid;
  mask.z = slices.get();
  mask.y = mask.x = back.get();
  mask.y_grows = true;
  mask.threshold = 0.5;
  mask.stored = stored;
  mask.axis[1] = 1;
  mask.axis[2] = 2;
  const pancreas::Stream stream = pancreas::make_stream();
  std::printf("\nbefore and after the network, 512 x 512 x 240, linear\n\n%s", kStepsHead);
  const auto measure = [&](const char* name, double bytes, const auto& add) {
    const double time = median(times_of(stream.get(), rounds, add));
    // Their arithmetic is of another kind than the ceiling's.
    print_step(name, "own", time, 0, bytes, 1, ceilings.bytes);
    json << (json.str().back() == '[' ? "" : ", ") << json_step(name, "own", time, 0, bytes);
  };
  const double seen = voxels * sizeof(int16_t);
  measure("input", seen + values * sizeof(float), [&](cudaStream_t s) {
    pancreas::launch_input(input, 0, grid.z, static_cast<float*>(on_grid.get()), s);
  });
  measure("range", seen, [&](cudaStream_t s) {
    pancreas::launch_range(input, static_cast<pancreas::GpuRange*>(range.get()), s);
  });
  measure("mask", values * sizeof(float) + voxels / 8, [&](cudaStream_t s) {
    pancreas::launch_mask(mask, 0, stored.z, static_cast<uint32_t*>(bits.get()), s);
  });
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
    throw pancreas::DeviceError(std::string("a whole CT: ") + pnc_status_text(status) + " (" +
                                pnc_cuda_error() + ")");
  }
  return median(times);
}

void measure(int rounds, const char* file) {
  std::ostringstream json;
  const Ceilings ceilings = measure_ceilings(rounds);
  std::printf("%s; medians of %d\n\n| ceiling | measured |\n| --- | --- |\n", pnc_cuda_device(0),
              rounds);
  std::printf("| copy | %.0f GB/s |\n", ceilings.bytes / 1e9);
  json << "{\"device\": \"" << pnc_cuda_device(0) << "\", \"rounds\": " << rounds
       << ", \"copyBytesPerSecond\": " << ceilings.bytes << ", \"flopsPerSecond\": {";
  bool first = true;
  for (const auto& [name, flops] : ceilings.flops) {
    std::printf("| products in %s | %.0f TFLOP/s |\n", name.c_str(), flops / 1e12);
    json << (std::exchange(first, false) ? "" : ", ") << "\"" << name << "\": " << flops;
  }
  json << "}, \"network\": {";
  first = true;
  for (const NamedPrecision& named : kPrecisions) {
    json << (std::exchange(first, false) ? "" : ", ");
    measure_network(named, rounds, ceilings, json);
  }
  json << "}, \"resampling\": [";
  measure_resampling(rounds, ceilings, json);
  json << "], \"volume\": {";
  std::printf(
      "\nint16 slices of 512 x 512 x 240 to the mask on the host, network at 160 x 160\n\n");
  std::printf("| precision | slices in | ms |\n| --- | --- | --- |\n");
  first = true;
  for (const NamedPrecision& named : kPrecisions) {
    for (const bool pinned : {true, false}) {
      const char* memory = pinned ? "pinned memory" : "pageable memory";
      const double time = volume_milliseconds(named.precision, pinned, std::max(3, rounds / 4));
      std::printf("| %s | %s | %.1f |\n", named.name, memory, time);
      json << (std::exchange(first, false) ? "" : ", ") << "\"" << named.name << ", " << memory
           << "\": " << time;
    }
  }
  json << "}}\n";
  if (file != nullptr) {
    std::ofstream(file) << json.str();
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (pnc_cuda_device_count() == 0) {
    std::fprintf(stderr, "no GPU here\n");
    return 7;
  }
  try {
    measure(argc > 1 ? std::atoi(argv[1]) : 20, argc > 2 ? argv[2] : nullptr);
  } catch (const pancreas::DeviceError& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 7;
  }
  return 0;
}
