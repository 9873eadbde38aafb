#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "check.h"
#include "kernels/isa/available_routines.h"
#include "net/slice_queue.h"
#include "pancreas.h"
#include "random_network.h"

namespace pancreas_test {
namespace {

const std::vector<int64_t> kFilters = {8, 16, 24, 16};
constexpr int64_t kSlices = 19;
constexpr int64_t kRows = 40;
constexpr int64_t kColumns = 72;
constexpr int64_t kSliceSize = kRows * kColumns;

// A network that frees itself.
class OwnedNetwork {
 public:
  OwnedNetwork(const std::vector<int64_t>& filters, int32_t algorithm, const char* set) {
    const std::vector<int32_t> counts(filters.begin(), filters.end());
    const std::vector<float> weights = random_weights(filters, 1);
    int32_t status = -1;
    network_ =
        pnc_network_create(counts.data(), static_cast<int32_t>(counts.size()), weights.data(),
                           static_cast<int64_t>(weights.size()), algorithm, set, &status);
    CHECK(status == PNC_OK && network_ != nullptr);
  }
  OwnedNetwork(const OwnedNetwork&) = delete;
  ~OwnedNetwork() { pnc_network_destroy(network_); }

  pnc_network* get() const { return network_; }

  std::vector<float> run(const std::vector<float>& input, int64_t rows, int64_t columns,
                         int32_t threads) const {
    std::vector<float> probability(input.size());
    CHECK(pnc_network_run(network_, input.data(),
                          static_cast<int64_t>(input.size()) / (rows * columns), rows, columns,
                          -1.0f, probability.data(), threads, nullptr, nullptr) == PNC_OK);
    return probability;
  }

 private:
  pnc_network* network_ = nullptr;
};

std::vector<float> input() { return random_values(kSlices * kSliceSize, 1.0f, 7); }

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

double largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
  double largest = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, static_cast<double>(std::abs(a[i] - b[i])));
  }
  return largest;
}

void threads_and_groups_do_not_matter(const char* set, int32_t algorithm) {
  const OwnedNetwork network(kFilters, algorithm, set);
  const std::vector<float> all = input();
  const std::vector<float> expected = network.run(all, kRows, kColumns, 1);
  CHECK(*std::max_element(expected.begin(), expected.end()) -
            *std::min_element(expected.begin(), expected.end()) >
        0.1f);
  for (const int32_t threads : {2, 3, 64}) {
    CHECK_FOR(set, same_bits(network.run(all, kRows, kColumns, threads), expected));
  }
  for (int64_t slice = 0; slice < kSlices; ++slice) {
    const auto first = all.begin() + slice * kSliceSize;
    const auto from = expected.begin() + slice * kSliceSize;
    CHECK_FOR(set, same_bits(network.run({first, first + kSliceSize}, kRows, kColumns, 1),
                             {from, from + kSliceSize}));
  }
}

// AVX-512 only makes matrix products faster.
void avx512_gives_the_bits_of_avx2() {
  if (pancreas::find_routines("avx512") == nullptr) {
    return;
  }
  const std::vector<float> all = input();
  CHECK(same_bits(
      OwnedNetwork(kFilters, PNC_CONVOLUTION_WINOGRAD, "avx512").run(all, kRows, kColumns, 2),
      OwnedNetwork(kFilters, PNC_CONVOLUTION_WINOGRAD, "avx2").run(all, kRows, kColumns, 2)));
}

// Random weights amplify rounding about as trained ones do.
void ways_agree_within_1e5() {
  const std::vector<float> all = input();
  const std::vector<float> expected =
      OwnedNetwork(kFilters, PNC_CONVOLUTION_DIRECT, "portable").run(all, kRows, kColumns, 2);
  for (const pancreas::Routines* routines : pancreas::available_routines()) {
    for (const int32_t algorithm : {PNC_CONVOLUTION_WINOGRAD, PNC_CONVOLUTION_DIRECT}) {
      const std::vector<float> actual =
          OwnedNetwork(kFilters, algorithm, routines->name).run(all, kRows, kColumns, 2);
      CHECK_FOR(routines->name, largest_difference(actual, expected) <= 1e-5);
    }
  }
}

void any_size_is_the_padded_one_cropped() {
  const OwnedNetwork network(kFilters, PNC_CONVOLUTION_WINOGRAD, "");
  for (const auto& [rows, columns] :
       {std::pair<int64_t, int64_t>(1, 1), {7, 9}, {17, 8}, {33, 50}}) {
    const int64_t padded_rows = (rows + 7) / 8 * 8;
    const int64_t padded_columns = (columns + 7) / 8 * 8;
    const std::vector<float> small = random_values(2 * rows * columns, 1.0f, 3);
    std::vector<float> padded(static_cast<size_t>(2 * padded_rows * padded_columns), -1.0f);
    const auto place = [=](int64_t slice, int64_t row) {
      return (slice * padded_rows + row) * padded_columns;
    };
    for (int64_t i = 0; i < 2 * rows; ++i) {
      std::copy_n(small.begin() + i * columns, columns, padded.begin() + place(i / rows, i % rows));
    }
    const std::vector<float> whole = network.run(padded, padded_rows, padded_columns, 1);
    std::vector<float> cropped;
    for (int64_t i = 0; i < 2 * rows; ++i) {
      const auto from = whole.begin() + place(i / rows, i % rows);
      cropped.insert(cropped.end(), from, from + columns);
    }
    CHECK(same_bits(network.run(small, rows, columns, 2), cropped));
  }
}

void what_is_not_finite_is_an_error() {
  const OwnedNetwork network(kFilters, PNC_CONVOLUTION_WINOGRAD, "");
  std::vector<float> probability(kSlices * kSliceSize);
  for (const float bad :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
        -std::numeric_limits<float>::infinity()}) {
    for (const int64_t place : {int64_t{0}, kSliceSize * 9 + 777, kSlices * kSliceSize - 1}) {
      std::vector<float> all = input();
      all[static_cast<size_t>(place)] = bad;
      CHECK(pnc_network_run(network.get(), all.data(), kSlices, kRows, kColumns, -1.0f,
                            probability.data(), 2, nullptr, nullptr) == PNC_INPUT_NOT_FINITE);
    }
  }
  std::vector<float> huge = input();
  huge[kSliceSize / 2] = std::numeric_limits<float>::max();
  CHECK(pnc_network_run(network.get(), huge.data(), kSlices, kRows, kColumns, -1.0f,
                        probability.data(), 2, nullptr, nullptr) == PNC_RESULT_NOT_FINITE);
}

// A weight that is not a number reaches every probability, wherever it is.
void weights_that_are_not_finite_are_an_error() {
  const std::vector<int64_t> filters = {8, 8, 8};
  const std::vector<int32_t> counts(filters.begin(), filters.end());
  const std::vector<float> weights = random_weights(filters, 1);
  const std::vector<float> slice = random_values(16 * 16, 1.0f, 3);
  std::vector<float> probability(slice.size());
  for (size_t place = 0; place < weights.size(); place += 997) {
    std::vector<float> bad = weights;
    bad[place] = std::numeric_limits<float>::quiet_NaN();
    int32_t status = -1;
    pnc_network* network =
        pnc_network_create(counts.data(), 3, bad.data(), static_cast<int64_t>(bad.size()),
                           PNC_CONVOLUTION_WINOGRAD, "", &status);
    CHECK(status == PNC_OK);
    CHECK(pnc_network_run(network, slice.data(), 1, 16, 16, -1.0f, probability.data(), 1, nullptr,
                          nullptr) == PNC_RESULT_NOT_FINITE);
    pnc_network_destroy(network);
  }
}

void runs_at_once_do_not_disturb_each_other() {
  const OwnedNetwork network(kFilters, PNC_CONVOLUTION_WINOGRAD, "");
  const std::vector<float> all = input();
  const std::vector<float> expected = network.run(all, kRows, kColumns, 1);
  const std::vector<float> small = random_values(5 * 16 * 16, 1.0f, 9);
  const std::vector<float> expected_small = network.run(small, 16, 16, 1);
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      right += i % 2 == 0 ? same_bits(network.run(all, kRows, kColumns, 2), expected)
                          : same_bits(network.run(small, 16, 16, 2), expected_small);
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  CHECK(right == 4);
}

void progress_and_cancellation() {
  const OwnedNetwork network(kFilters, PNC_CONVOLUTION_WINOGRAD, "");
  const std::vector<float> all = input();
  std::vector<float> probability(all.size());
  int32_t progress = 0;
  int32_t cancel = 0;
  CHECK(pnc_network_run(network.get(), all.data(), kSlices, kRows, kColumns, -1.0f,
                        probability.data(), 2, &progress, &cancel) == PNC_OK);
  CHECK(progress == kSlices);
  cancel = 1;
  progress = 0;
  CHECK(pnc_network_run(network.get(), all.data(), kSlices, kRows, kColumns, -1.0f,
                        probability.data(), 2, &progress, &cancel) == PNC_CANCELLED);
  CHECK(progress == 0);
}

void what_makes_no_sense_is_refused() {
  const std::vector<int32_t> filters = {8, 16, 8};
  const std::vector<float> weights = random_weights({8, 16, 8}, 1);
  const auto count = static_cast<int64_t>(weights.size());
  const auto create = [&](std::vector<int32_t> f, int64_t n, int32_t algorithm, const char* set) {
    int32_t status = -1;
    CHECK(pnc_network_create(f.data(), static_cast<int32_t>(f.size()), weights.data(), n, algorithm,
                             set, &status) == nullptr);
    return status;
  };
  CHECK(create({8, 16}, count, 0, "") == PNC_INVALID_ARGUMENT);
  CHECK(create({8, 12, 8}, count, 0, "") == PNC_INVALID_ARGUMENT);
  CHECK(create({8, 8192, 8}, count, 0, "") == PNC_INVALID_ARGUMENT);
  CHECK(create(filters, count - 1, 0, "") == PNC_INVALID_ARGUMENT);
  CHECK(create(filters, count, 2, "") == PNC_INVALID_ARGUMENT);
  CHECK(create(filters, count, 0, "mmx") == PNC_INVALID_ARGUMENT);
  pnc_network_destroy(nullptr);

  const OwnedNetwork good(kFilters, PNC_CONVOLUTION_WINOGRAD, "");
  float value = 0;
  const auto run = [&](int64_t slices, int64_t rows, int64_t columns, int32_t threads) {
    return pnc_network_run(good.get(), &value, slices, rows, columns, -1.0f, &value, threads,
                           nullptr, nullptr);
  };
  CHECK(run(0, 1, 1, 1) == PNC_INVALID_ARGUMENT);
  CHECK(run(1, 0, 1, 1) == PNC_INVALID_ARGUMENT);
  CHECK(run(1, 1, 1 << 20, 1) == PNC_INVALID_ARGUMENT);
  CHECK(run(1, 1, 1, 0) == PNC_INVALID_ARGUMENT);
  CHECK(pnc_network_bytes(good.get(), 0, 1, 1) == 0);
  CHECK(pnc_network_bytes(good.get(), kRows, kColumns, 2) >
        pnc_network_bytes(good.get(), kRows, kColumns, 1));
}

void more_memory_than_there_is_is_refused() {
  const OwnedNetwork network(kFilters, PNC_CONVOLUTION_WINOGRAD, "");
  constexpr int64_t kSide = 1 << 14;
  float value = 0;  // memory is asked for before the input is read
  CHECK(pnc_network_run(network.get(), &value, 1 << 10, kSide, kSide, -1.0f, &value, 1 << 10,
                        nullptr, nullptr) == PNC_OUT_OF_MEMORY);
}

void a_queue_hands_out_each_slice_once() {
  for (const int64_t slices : {1, 2, 7, 8, 31, 160}) {
    pancreas::SliceQueue queue(slices, 8, 2);
    int64_t next = 0;
    for (auto group = queue.next(); group.count > 0; group = queue.next()) {
      CHECK(group.first == next && group.count <= 8);
      next += group.count;
    }
    CHECK(next == slices);
    CHECK(queue.next().count == 0);
  }
}

}  // namespace

void test_network() {
  for (const pancreas::Routines* routines : pancreas::available_routines()) {
    threads_and_groups_do_not_matter(routines->name, PNC_CONVOLUTION_WINOGRAD);
    threads_and_groups_do_not_matter(routines->name, PNC_CONVOLUTION_DIRECT);
  }
  avx512_gives_the_bits_of_avx2();
  ways_agree_within_1e5();
  any_size_is_the_padded_one_cropped();
  what_is_not_finite_is_an_error();
  weights_that_are_not_finite_are_an_error();
  runs_at_once_do_not_disturb_each_other();
  progress_and_cancellation();
  what_makes_no_sense_is_refused();
  more_memory_than_there_is_is_refused();
  a_queue_hands_out_each_slice_once();
}

}  // namespace pancreas_test
