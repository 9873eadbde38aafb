#include "cuda/launch.h"
#include "cuda/values.h"
#include "kernels/max_pooling/max_pooling_element.h"
#include "kernels/max_pooling/max_pooling_gpu.h"

namespace pancreas {
namespace {

constexpr int kThreads = 256;

// A thread makes eight channels of a pixel.
template <typename Value>
__global__ void __launch_bounds__(kThreads)
    max_pooling(const Value* source, int64_t count, int32_t columns, int32_t channels,
                Value* target) {
  const int64_t i = static_cast<int64_t>(blockIdx.x) * kThreads + threadIdx.x;
  if (i >= count) {
    return;
  }
  const int32_t groups = channels / 8;
  const int64_t pixel = i / groups;
  const auto channel = static_cast<int32_t>(i % groups) * 8;
  const int32_t target_columns = columns / 2;
  // Rows of all slices follow each other, in the source as in the target.
  const int64_t row = pixel / target_columns;
  const int64_t column = pixel % target_columns;
  const Value* upper = source + (2 * row * columns + 2 * column) * channels + channel;
  const Value* lower = upper + static_cast<int64_t>(columns) * channels;
  const Eight a = load_eight(upper);
  const Eight b = load_eight(upper + channels);
  const Eight c = load_eight(lower);
  const Eight d = load_eight(lower + channels);
  Eight pooled;
  for (int j = 0; j < 8; ++j) {
    pooled.values[j] = pooled_value(a.values[j], b.values[j], c.values[j], d.values[j]);
  }
  store_eight(target + pixel * channels + channel, pooled);
}

template <typename Value>
void launch_pooling(const void* source, int32_t slices, int32_t rows, int32_t columns,
                    int32_t channels, void* target, cudaStream_t stream) {
  const int64_t count = static_cast<int64_t>(slices) * (rows / 2) * (columns / 2) * (channels / 8);
  const auto blocks = static_cast<unsigned>((count + kThreads - 1) / kThreads);
  launch("max-pooling", max_pooling<Value>, blocks, kThreads, 0, stream,
         static_cast<const Value*>(source), count, columns, channels, static_cast<Value*>(target));
}

}  // namespace

void launch_max_pooling(Precision precision, const void* source, int32_t slices, int32_t rows,
                        int32_t columns, int32_t channels, void* target, cudaStream_t stream) {
  const auto launch_it =
      precision == Precision::kFloat16 ? launch_pooling<half> : launch_pooling<float>;
  launch_it(source, slices, rows, columns, channels, target, stream);
}

}  // namespace pancreas
