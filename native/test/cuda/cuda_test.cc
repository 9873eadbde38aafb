// The engine for GPUs against the engine for CPUs. Linked with the emulated runtime and kernels it
// tests the engine's own code where there is no GPU; linked with the real ones, all of it.
#include <cuda_runtime_api.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "buffers.h"
#include "check.h"
#include "cuda/device_memory.h"
#include "orientation.h"
#include "pancreas_cuda.h"
#include "random_network.h"
#if defined(PANCREAS_EMULATED_CUDA)
#include "emulated_queue.h"
#endif

namespace pancreas_test {
namespace {

constexpr int64_t kNoLimit = 0;

const std::vector<int64_t> kSmall = {8, 16, 24, 16};
const std::vector<int64_t> kSixLevels = {8, 8, 16, 16, 24, 32};

class CudaNetwork {
 public:
  CudaNetwork(const std::vector<int64_t>& filters, int32_t precision, int64_t memory_limit) {
    const std::vector<int32_t> counts(filters.begin(), filters.end());
    const std::vector<float> weights = random_weights(filters, 1);
    int32_t status = -1;
    network_ = pnc_cuda_network_create(counts.data(), static_cast<int32_t>(counts.size()),
                                       weights.data(), static_cast<int64_t>(weights.size()),
                                       precision, 0, memory_limit, &status);
    if (!CHECK(status == PNC_OK && network_ != nullptr)) {
      std::printf("%s\n", pnc_cuda_error());
    }
  }
  CudaNetwork(const CudaNetwork&) = delete;
  ~CudaNetwork() { pnc_cuda_network_destroy(network_); }
  pnc_cuda_network* get() const { return network_; }

  std::vector<float> run(const std::vector<float>& input, int64_t slices, int64_t rows,
                         int64_t columns) const {
    std::vector<float> probability(input.size());
    const int32_t status = pnc_cuda_network_run(network_, input.data(), slices, rows, columns,
                                                -1.0f, probability.data(), nullptr, nullptr);
    if (!CHECK(status == PNC_OK)) {
      std::printf("%s\n", pnc_cuda_error());
    }
    return probability;
  }

 private:
  pnc_cuda_network* network_ = nullptr;
};

class CpuNetwork {
 public:
  explicit CpuNetwork(const std::vector<int64_t>& filters) {
    const std::vector<int32_t> counts(filters.begin(), filters.end());
    const std::vector<float> weights = random_weights(filters, 1);
    int32_t status = -1;
    network_ = pnc_network_create(counts.data(), static_cast<int32_t>(counts.size()),
                                  weights.data(), static_cast<int64_t>(weights.size()),
                                  PNC_CONVOLUTION_DIRECT, "", &status);
    CHECK(status == PNC_OK);
  }
  CpuNetwork(const CpuNetwork&) = delete;
  ~CpuNetwork() { pnc_network_destroy(network_); }

  std::vector<float> run(const std::vector<float>& input, int64_t slices, int64_t rows,
                         int64_t columns) const {
    std::vector<float> probability(input.size());
    CHECK(pnc_network_run(network_, input.data(), slices, rows, columns, -1.0f, probability.data(),
                          2, nullptr, nullptr) == PNC_OK);
    return probability;
  }

 private:
  pnc_network* network_ = nullptr;
};

double largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
  double largest = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    const double difference = std::abs(static_cast<double>(a[i]) - b[i]);
    // A NaN is the largest.
    largest = difference <= largest ? largest : difference;
  }
  return largest;
}

// Float32 differs by the order of sums only; the others by the rounding of factors (11 bits) and,
// in half precision, of what lies between layers: with random weights about ten times as much as
// with trained ones.
double tolerance(int32_t precision) { return precision == PNC_PRECISION_FLOAT32 ? 1e-5 : 2e-2; }

void agrees_with_the_cpu(const std::vector<int64_t>& filters, int64_t slices, int64_t rows,
                         int64_t columns) {
  const std::vector<float> input = random_values(slices * rows * columns, 1.0f, 7);
  const std::vector<float> expected = CpuNetwork(filters).run(input, slices, rows, columns);
  const auto [least, most] = std::minmax_element(expected.begin(), expected.end());
  CHECK(*most - *least > 0.05f);
  for (const int32_t precision :
       {PNC_PRECISION_FLOAT32, PNC_PRECISION_TF32, PNC_PRECISION_FLOAT16}) {
    const CudaNetwork network(filters, precision, kNoLimit);
    const double difference =
        largest_difference(network.run(input, slices, rows, columns), expected);
    if (!CHECK(difference <= tolerance(precision))) {
      std::printf("precision %d: %g\n", precision, difference);
    }
  }
}

// A slice's result is its own: however many go through the network together.
void groups_do_not_matter() {
  constexpr int64_t kSlices = 7;
  constexpr int64_t kSide = 32;
  const std::vector<float> input = random_values(kSlices * kSide * kSide, 1.0f, 3);
  const std::vector<float> all =
      CudaNetwork(kSmall, PNC_PRECISION_FLOAT32, kNoLimit).run(input, kSlices, kSide, kSide);
  // Memory for about three slices.
  const CudaNetwork small(kSmall, PNC_PRECISION_FLOAT32, 3 * 32 * 32 * 4 * (3 * 8 + 30));
  CHECK(same_bits(small.run(input, kSlices, kSide, kSide), all));
  const CudaNetwork none(kSmall, PNC_PRECISION_FLOAT32, 1000);
  std::vector<float> probability(input.size());
  CHECK(pnc_cuda_network_run(none.get(), input.data(), kSlices, kSide, kSide, -1.0f,
                             probability.data(), nullptr, nullptr) == PNC_DEVICE_FAILED);
  CHECK(std::string(pnc_cuda_error()).find("memory") != std::string::npos);
}

void what_is_not_finite_is_an_error() {
  const CudaNetwork network(kSmall, PNC_PRECISION_FLOAT32, kNoLimit);
  std::vector<float> input = random_values(2 * 16 * 16, 1.0f, 3);
  std::vector<float> probability(input.size());
  const auto run = [&] {
    return pnc_cuda_network_run(network.get(), input.data(), 2, 16, 16, -1.0f, probability.data(),
                                nullptr, nullptr);
  };
  input[300] = std::numeric_limits<float>::quiet_NaN();
  CHECK(run() == PNC_INPUT_NOT_FINITE);
  input[300] = std::numeric_limits<float>::max();
  CHECK(run() == PNC_RESULT_NOT_FINITE);
  // What was left behind does no harm.
  input[300] = 0;
  CHECK(run() == PNC_OK);
}

void progress_and_cancellation() {
  const CudaNetwork network(kSmall, PNC_PRECISION_FLOAT32, kNoLimit);
  const std::vector<float> input = random_values(5 * 16 * 16, 1.0f, 3);
  std::vector<float> probability(input.size());
  int32_t progress = 0;
  int32_t cancel = 0;
  CHECK(pnc_cuda_network_run(network.get(), input.data(), 5, 16, 16, -1.0f, probability.data(),
                             &progress, &cancel) == PNC_OK);
  CHECK(progress == 5);
  cancel = 1;
  progress = 0;
  CHECK(pnc_cuda_network_run(network.get(), input.data(), 5, 16, 16, -1.0f, probability.data(),
                             &progress, &cancel) == PNC_CANCELLED);
  CHECK(progress == 0);
}

void what_makes_no_sense_is_refused() {
  const std::vector<int32_t> filters = {8, 16, 8};
  const std::vector<float> weights = random_weights({8, 16, 8}, 1);
  const auto count = static_cast<int64_t>(weights.size());
  const auto create = [&](int64_t n, int32_t precision, int32_t device) {
    int32_t status = -1;
    CHECK(pnc_cuda_network_create(filters.data(), 3, weights.data(), n, precision, device, 0,
                                  &status) == nullptr);
    return status;
  };
  CHECK(create(count - 1, 0, 0) == PNC_INVALID_ARGUMENT);
  CHECK(create(count, 3, 0) == PNC_INVALID_ARGUMENT);
  CHECK(create(count, 0, -1) == PNC_INVALID_ARGUMENT);
  CHECK(create(count, 0, 1000) == PNC_DEVICE_FAILED);
  CHECK(*pnc_cuda_error() != '\0');
  CHECK(*pnc_cuda_device(0) != '\0' && *pnc_cuda_device(1000) == '\0');
  pnc_cuda_network_destroy(nullptr);
}

// A CT, how it is stored and how the network sees it.
struct VolumeCase {
  const char* name;
  int32_t stored[3];
  int32_t axes[3];
  int32_t flips[3];
  int32_t network[3];
  int32_t filters[3];
  bool window_first;
  bool own_range;
};

constexpr int32_t kLeft = PNC_FILTER_NONE;
constexpr int32_t kNear = PNC_FILTER_NEAREST;
constexpr int32_t kFlat = PNC_FILTER_LINEAR;

constexpr VolumeCase kVolumeCases[] = {
    {"as it is",
     {5, 40, 48},
     {0, 1, 2},
     {0, 0, 0},
     {5, 32, 32},
     {kLeft, kFlat, kFlat},
     true,
     false},
    {"reversed",
     {6, 37, 41},
     {0, 1, 2},
     {1, 0, 1},
     {6, 32, 24},
     {kLeft, kFlat, kFlat},
     false,
     false},
    {"own range",
     {9, 20, 70},
     {0, 1, 2},
     {0, 0, 0},
     {8, 32, 32},
     {kNear, kNear, kNear},
     false,
     true},
    {"coronal", {24, 9, 40}, {1, 0, 2}, {1, 1, 0}, {9, 32, 32}, {kLeft, kFlat, kFlat}, true, false},
    {"sagittal",
     {31, 26, 7},
     {2, 0, 1},
     {0, 1, 1},
     {12, 16, 24},
     {kFlat, kFlat, kNear},
     false,
     true},
};

// The steps one after the other with the kernels of the CPU.
class ExpectedVolume {
 public:
  ExpectedVolume(const VolumeCase& c, const std::vector<int16_t>& ct,
                 const std::vector<double>& slopes, const std::vector<double>& intercepts,
                 const pnc_cuda_volume& v) {
    Orientation orientation;
    for (size_t a = 0; a < 3; ++a) {
      orientation.axes[a] = c.axes[a];
      orientation.flips[a] = c.flips[a] != 0;
      view_size_[a] = c.stored[c.axes[a]];
      network_size_[a] = c.network[a];
    }
    places_ = stored_places(view_size_, orientation);
    const auto slice_size = static_cast<size_t>(c.stored[1]) * static_cast<size_t>(c.stored[2]);
    std::vector<float> hu;
    for (const size_t place : places_) {
      const size_t slice = place / slice_size;
      hu.push_back(static_cast<float>(slopes[slice] * ct[place] + intercepts[slice]));
    }
    input.resize(static_cast<size_t>(volume_of(network_size_)));
    double low = v.low;
    double high = v.high;
    const auto window = [&](std::vector<float>& values) {
      CHECK_FOR(c.name,
                pnc_window(values.data(), values.data(), static_cast<int64_t>(values.size()),
                           v.clip_min, v.clip_max, low, high, 1) == PNC_OK);
    };
    if (c.window_first) {
      window(hu);
    }
    CHECK_FOR(c.name, pnc_resample(hu.data(), view_size_.data(), input.data(), network_size_.data(),
                                   v.filters, 1) == PNC_OK);
    if (c.own_range) {
      low = std::max<double>(*std::min_element(input.begin(), input.end()), v.clip_min);
      high = std::min<double>(*std::max_element(input.begin(), input.end()), v.clip_max);
    }
    if (!c.window_first) {
      window(input);
    }
  }

  // The mask as the CT is stored.
  std::vector<uint8_t> mask(const std::vector<float>& probability, const pnc_cuda_volume& v) const {
    std::vector<float> back(places_.size());
    CHECK(pnc_resample(probability.data(), network_size_.data(), back.data(), view_size_.data(),
                       v.back_filters, 1) == PNC_OK);
    std::vector<uint8_t> inside(back.size());
    for (size_t i = 0; i < places_.size(); ++i) {
      inside[places_[i]] = static_cast<double>(back[i]) > v.threshold ? 1 : 0;
    }
    return inside;
  }

  std::vector<float> input;

 private:
  Size view_size_;
  Size network_size_;
  std::vector<size_t> places_;  // of the view's voxels
};

// A case's CT, of noise, and what a run takes and gives.
struct Volume {
  std::vector<int16_t> ct;
  std::vector<double> slopes;
  std::vector<double> intercepts;
  std::vector<uint8_t> mask;
  std::vector<float> probability;
  pnc_cuda_volume arguments = {};

  explicit Volume(const VolumeCase& c)
      : probability(static_cast<size_t>(c.network[0]) * static_cast<size_t>(c.network[1]) *
                        static_cast<size_t>(c.network[2]),
                    -1.0f) {
    const int64_t count = int64_t{c.stored[0]} * c.stored[1] * c.stored[2];
    for (const float value : random_floats(count, 0, 2000, 5)) {
      ct.push_back(static_cast<int16_t>(value));
    }
    mask.assign(ct.size(), 99);
    for (int32_t slice = 0; slice < c.stored[0]; ++slice) {
      slopes.push_back(1 + 0.01 * slice);
      intercepts.push_back(-1024.0 + slice);
    }
    pnc_cuda_volume& v = arguments;
    v.voxels = ct.data();
    v.slopes = slopes.data();
    v.intercepts = intercepts.data();
    v.mask = mask.data();
    v.probability = probability.data();
    for (int a = 0; a < 3; ++a) {
      v.stored_size[a] = c.stored[a];
      v.axes[a] = c.axes[a];
      v.flips[a] = c.flips[a];
      v.network_size[a] = c.network[a];
      v.filters[a] = v.back_filters[a] = c.filters[a];
    }
    v.threshold = 0.5;
    v.window_first = c.window_first ? 1 : 0;
    v.clip_min = c.own_range ? -std::numeric_limits<double>::infinity() : -150;
    v.clip_max = 500;
    v.low = c.own_range ? 0 : -150;
    v.high = c.own_range ? 0 : 500;
  }
  Volume(const Volume&) = delete;
};

void volumes_are_what_the_steps_give(const VolumeCase& c, int64_t memory_limit, bool pinned) {
  Volume volume(c);
  const std::vector<int16_t>& ct = volume.ct;
  pnc_cuda_volume& v = volume.arguments;
  const pancreas::PinnedMemory memory = pancreas::allocate_pinned(ct.size() * sizeof(int16_t));
  std::memcpy(memory.get(), ct.data(), ct.size() * sizeof(int16_t));
  if (pinned) {
    v.voxels = static_cast<const int16_t*>(memory.get());
  }
  const std::vector<float>& probability = volume.probability;
  const std::vector<uint8_t>& mask = volume.mask;
  const auto network_count = static_cast<int64_t>(probability.size());
  const ExpectedVolume expected(c, ct, volume.slopes, volume.intercepts, v);

  const CudaNetwork network(kSmall, PNC_PRECISION_FLOAT32, memory_limit);
  const std::vector<float> expected_probability =
      network.run(expected.input, c.network[0], c.network[1], c.network[2]);
  std::vector<float> sorted = expected_probability;
  std::nth_element(sorted.begin(), sorted.begin() + network_count / 2, sorted.end());
  v.threshold = sorted[static_cast<size_t>(network_count / 2)];
  int32_t progress = 0;
  const int32_t status = pnc_cuda_volume_run(network.get(), &v, 2, &progress, nullptr);
  if (!CHECK_FOR(c.name, status == PNC_OK)) {
    std::printf("%s\n", pnc_cuda_error());
  }
  CHECK_FOR(c.name, progress == c.network[0]);
  CHECK_FOR(c.name, same_bits(probability, expected_probability));
  CHECK_FOR(c.name, mask == expected.mask(probability, v));
  const auto inside = std::count(mask.begin(), mask.end(), 1);
  CHECK_FOR(c.name, inside > 0 && inside < static_cast<int64_t>(mask.size()));
  int32_t cancel = 1;
  CHECK_FOR(c.name, pnc_cuda_volume_run(network.get(), &v, 2, nullptr, &cancel) == PNC_CANCELLED);
}

#if defined(PANCREAS_EMULATED_CUDA)
// What an earlier run has left on the GPU makes way.
void a_larger_ct_takes_smaller_groups() {
  const VolumeCase small = {"small",      {24, 32, 32},          {0, 1, 2}, {0, 0, 0},
                            {24, 32, 32}, {kLeft, kFlat, kFlat}, true,      false};
  VolumeCase large = small;
  large.stored[1] = large.stored[2] = 256;
  Volume first(small);
  Volume second(large);
  const size_t memory = emulated_memory;
  emulated_memory = size_t{6} << 20;
  {
    const CudaNetwork network(kSmall, PNC_PRECISION_FLOAT32, kNoLimit);
    CHECK(pnc_cuda_volume_run(network.get(), &first.arguments, 2, nullptr, nullptr) == PNC_OK);
    size_t free = 0;
    size_t total = 0;
    CHECK(cudaMemGetInfo(&free, &total) == cudaSuccess);
    CHECK(free < second.ct.size() * sizeof(int16_t));
    if (!CHECK(pnc_cuda_volume_run(network.get(), &second.arguments, 2, nullptr, nullptr) ==
               PNC_OK)) {
      std::printf("%s\n", pnc_cuda_error());
    }
  }
  emulated_memory = memory;
}
#endif

// Slices and CTs, in threads of their own.
void runs_at_once_do_not_disturb_each_other(int64_t slices, int64_t side) {
  constexpr size_t kThreads = 4;
  const CudaNetwork network(kSmall, PNC_PRECISION_FLOAT16, kNoLimit);
  const std::vector<float> input = random_values(slices * side * side, 1.0f, 3);
  const std::vector<float> expected = network.run(input, slices, side, side);
  Volume expected_volume(kVolumeCases[0]);
  CHECK(pnc_cuda_volume_run(network.get(), &expected_volume.arguments, 2, nullptr, nullptr) ==
        PNC_OK);
  std::vector<int> right(kThreads);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      std::vector<float> probability(input.size());
      const bool slices_right =
          pnc_cuda_network_run(network.get(), input.data(), slices, side, side, -1.0f,
                               probability.data(), nullptr, nullptr) == PNC_OK &&
          same_bits(probability, expected);
      Volume volume(kVolumeCases[0]);
      const bool volume_right =
          pnc_cuda_volume_run(network.get(), &volume.arguments, 2, nullptr, nullptr) == PNC_OK &&
          same_bits(volume.probability, expected_volume.probability) &&
          volume.mask == expected_volume.mask;
      right[i] = slices_right && volume_right;
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  CHECK(right == std::vector<int>(kThreads, 1));
}

}  // namespace
}  // namespace pancreas_test

int main() {
  using namespace pancreas_test;
  if (pnc_cuda_device_count() == 0) {
    std::printf("no GPU here: nothing tested\n");
    return 77;
  }
  std::printf("%s\n", pnc_cuda_device(0));
  // Tools that watch each access take too long for all: on a GPU for the full network ("small"),
  // with an emulated one for most sizes, too ("few").
  const char* named = std::getenv("PANCREAS_TEST");
  const std::string extent = named == nullptr ? "" : named;
  const bool few = extent == "few";
  agrees_with_the_cpu({8, 16, 8}, 1, 4, 4);
  agrees_with_the_cpu({16, 40, 72}, 2, 20, 36);
  if (!few) {
    agrees_with_the_cpu(kSmall, 5, 40, 72);
    agrees_with_the_cpu(kSmall, 3, 33, 50);
    agrees_with_the_cpu(kSixLevels, 2, 64, 96);
    groups_do_not_matter();
  }
  what_is_not_finite_is_an_error();
  progress_and_cancellation();
  what_makes_no_sense_is_refused();
  for (const VolumeCase& c : kVolumeCases) {
    volumes_are_what_the_steps_give(c, kNoLimit, false);
    if (!few) {
      volumes_are_what_the_steps_give(c, kNoLimit, true);
      volumes_are_what_the_steps_give(c, 2 * 32 * 32 * 4 * (3 * 8 + 30) + 500000, false);
    }
  }
#if defined(PANCREAS_EMULATED_CUDA)
  a_larger_ct_takes_smaller_groups();
  runs_at_once_do_not_disturb_each_other(2, 16);
  // All work takes as long there: cuDNN is tried, and taken only where that is asked for.
  const char* wish = std::getenv("PANCREAS_CONVOLUTIONS");
  CHECK(cudnn_runs > (wish == nullptr ? 0 : 1000));
#else
  runs_at_once_do_not_disturb_each_other(20, 64);
  if (extent.empty()) {
    agrees_with_the_cpu({16, 32, 64, 128, 256}, 16, 160, 160);
  }
#endif
  const Counts all = counts();
  std::printf("%d passed, %d failed\n", all.passed, all.failed);
  return all.failed == 0 && all.passed > 0 ? 0 : 1;
}
