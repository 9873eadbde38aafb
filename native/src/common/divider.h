#ifndef PANCREAS_COMMON_DIVIDER_H
#define PANCREAS_COMMON_DIVIDER_H

#include <cstdint>

#include "common/host_device.h"

namespace pancreas {

// Divides by a number that is known before, with a multiplication. Numbers are not negative and
// below 2^31.
//
// With the least s such that d <= 2^s, and m = ceil(2^(31 + s) / d), which has 32 bits: m d exceeds
// 2^(31 + s) by less than d <= 2^s, and so n m / 2^(31 + s) exceeds n / d by less than 1 / d.
class Divider {
 public:
  // divisor: at least 1
  explicit Divider(int32_t divisor) : divisor_(divisor), shift_(31) {
    while ((int64_t{1} << (shift_ - 31)) < divisor) {
      ++shift_;
    }
    const auto d = static_cast<uint64_t>(divisor);
    multiplier_ = static_cast<uint32_t>(((uint64_t{1} << shift_) + d - 1) / d);
  }

  PNC_HOST_DEVICE int32_t divisor() const { return divisor_; }

  PNC_HOST_DEVICE int32_t quotient(int32_t number) const {
    return static_cast<int32_t>(
        static_cast<uint64_t>(static_cast<uint32_t>(number)) * multiplier_ >> shift_);
  }

 private:
  int32_t divisor_;
  uint32_t multiplier_;
  int32_t shift_;
};

}  // namespace pancreas

#endif
