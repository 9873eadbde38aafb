#ifndef PANCREAS_TEST_BUFFERS_H
#define PANCREAS_TEST_BUFFERS_H

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

namespace pancreas_test {

// The same numbers for the same seed.
inline std::vector<float> random_floats(int64_t count, float least, float most, uint32_t seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> number(least, most);
  std::vector<float> all(static_cast<size_t>(count));
  std::generate(all.begin(), all.end(), [&] { return number(random); });
  return all;
}

template <typename T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

// Room for an array that starts a given number of elements behind an aligned address, with marks
// before and behind it.
template <typename T>
class Guarded {
 public:
  Guarded(int64_t count, int64_t misaligned)
      : all_(static_cast<size_t>(count + misaligned + kBehind), mark()),
        count_(count),
        before_(misaligned) {}

  Guarded(const std::vector<T>& values, int64_t misaligned)
      : Guarded(static_cast<int64_t>(values.size()), misaligned) {
    std::copy(values.begin(), values.end(), all_.begin() + misaligned);
  }

  T* data() { return all_.data() + before_; }
  std::vector<T> values() const {
    const auto begin = all_.begin() + before_;
    return std::vector<T>(begin, begin + count_);
  }
  bool marks_are_whole() const {
    const auto begin = all_.begin() + before_;
    return std::count(all_.begin(), begin, mark()) == before_ &&
           std::count(begin + count_, all_.end(), mark()) == kBehind;
  }

 private:
  static constexpr int64_t kBehind = 8;
  static T mark() { return static_cast<T>(77); }

  std::vector<T> all_;
  int64_t count_;
  int64_t before_;
};

}  // namespace pancreas_test

#endif
