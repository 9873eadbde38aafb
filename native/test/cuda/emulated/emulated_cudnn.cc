// cuDNN as far as the engine uses it, on the CPU, under its own names, with the arguments and the
// values of enumerations of cudnn.h, version 9.
#include <cuda_fp16.h>
#include <cuda_runtime_api.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "emulated_queue.h"

namespace {

constexpr int kSuccess = 0;
constexpr int kBadParam = 2000;
constexpr int kNotSupported = 3000;
constexpr int kNhwc = 1;
constexpr int kHalf = 2;

// Tensors have n, c, h, w; filters k, c, h, w.
struct Shape {
  int type;
  int sizes[4];
};
struct Padding {
  int rows;
  int columns;
};

template <typename T>
int make(void** made) {
  *made = new T();
  return kSuccess;
}
template <typename T>
int destroy(void* made) {
  delete static_cast<T*>(made);
  return kSuccess;
}

std::vector<float> floats(const Shape& shape, const void* values) {
  const auto [n, c, h, w] = shape.sizes;
  std::vector<float> all(static_cast<size_t>(n) * static_cast<size_t>(c) * static_cast<size_t>(h) *
                         static_cast<size_t>(w));
  for (size_t i = 0; i < all.size(); ++i) {
    all[i] = shape.type == kHalf ? __half2float(static_cast<const __half*>(values)[i])
                                 : static_cast<const float*>(values)[i];
  }
  return all;
}

void set(const Shape& shape, void* values, int64_t i, float value) {
  if (shape.type == kHalf) {
    static_cast<__half*>(values)[i] = __float2half(value);
  } else {
    static_cast<float*>(values)[i] = value;
  }
}

void convolve(const Shape& x_shape, const void* x, const Shape& w_shape, const void* w,
              const Padding& padding, const void* bias, const Shape& y_shape, void* y) {
  const auto [slices, out, rows, columns] = y_shape.sizes;
  const int in = x_shape.sizes[1];
  const int kernel_rows = w_shape.sizes[2];
  const int kernel_columns = w_shape.sizes[3];
  const std::vector<float> sources = floats(x_shape, x);
  const std::vector<float> weights = floats(w_shape, w);
  const std::vector<float> biases = floats({y_shape.type, {1, out, 1, 1}}, bias);
  for (int64_t pixel = 0; pixel < int64_t{slices} * rows * columns; ++pixel) {
    const auto row = static_cast<int>(pixel / columns % rows);
    const auto column = static_cast<int>(pixel % columns);
    for (int o = 0; o < out; ++o) {
      float sum = biases[static_cast<size_t>(o)];
      for (int i = 0; i < kernel_rows; ++i) {
        for (int j = 0; j < kernel_columns; ++j) {
          const int r = row + i - padding.rows;
          const int k = column + j - padding.columns;
          for (int c = 0; c < in && r >= 0 && r < rows && k >= 0 && k < columns; ++c) {
            const int64_t source =
                pixel + int64_t{i - padding.rows} * columns + j - padding.columns;
            const int64_t weight = ((int64_t{o} * kernel_rows + i) * kernel_columns + j) * in + c;
            sum += sources[static_cast<size_t>(source * in + c)] *
                   weights[static_cast<size_t>(weight)];
          }
        }
      }
      set(y_shape, y, pixel * out + o, sum < 0 ? 0.0f : sum);
    }
  }
}

}  // namespace

namespace pancreas_test {

std::atomic<int> cudnn_runs = 0;

}  // namespace pancreas_test

#define EXPORTED extern "C" __attribute__((visibility("default")))

EXPORTED int cudnnCreate(void** handle) { return make<cudaStream_t>(handle); }
EXPORTED int cudnnDestroy(void* handle) { return destroy<cudaStream_t>(handle); }
EXPORTED int cudnnSetStream(void* handle, cudaStream_t stream) {
  *static_cast<cudaStream_t*>(handle) = stream;
  return kSuccess;
}
EXPORTED const char* cudnnGetErrorString(int) { return "emulated"; }
EXPORTED int cudnnCreateTensorDescriptor(void** made) { return make<Shape>(made); }
EXPORTED int cudnnDestroyTensorDescriptor(void* made) { return destroy<Shape>(made); }
EXPORTED int cudnnSetTensor4dDescriptor(void* tensor, int format, int type, int n, int c, int h,
                                        int w) {
  *static_cast<Shape*>(tensor) = {type, {n, c, h, w}};
  return format == kNhwc ? kSuccess : kBadParam;
}
EXPORTED int cudnnCreateFilterDescriptor(void** made) { return make<Shape>(made); }
EXPORTED int cudnnDestroyFilterDescriptor(void* made) { return destroy<Shape>(made); }
EXPORTED int cudnnSetFilter4dDescriptor(void* filter, int type, int format, int k, int c, int h,
                                        int w) {
  *static_cast<Shape*>(filter) = {type, {k, c, h, w}};
  return format == kNhwc ? kSuccess : kBadParam;
}
EXPORTED int cudnnCreateConvolutionDescriptor(void** made) { return make<Padding>(made); }
EXPORTED int cudnnDestroyConvolutionDescriptor(void* made) { return destroy<Padding>(made); }
EXPORTED int cudnnSetConvolution2dDescriptor(void* convolution, int pad_h, int pad_w, int u, int v,
                                             int dilation_h, int dilation_w, int mode, int type) {
  *static_cast<Padding*>(convolution) = {pad_h, pad_w};
  const bool plain = u == 1 && v == 1 && dilation_h == 1 && dilation_w == 1 && mode == 1;
  return plain && type == 0 ? kSuccess : kBadParam;
}
EXPORTED int cudnnSetConvolutionMathType(void*, int) { return kSuccess; }
EXPORTED int cudnnCreateActivationDescriptor(void** made) { return make<int>(made); }
EXPORTED int cudnnDestroyActivationDescriptor(void* made) { return destroy<int>(made); }
EXPORTED int cudnnSetActivationDescriptor(void*, int mode, int, double) {
  return mode == 1 ? kSuccess : kBadParam;
}
// The first algorithm that the engine asks for is refused, as the real library does with some.
EXPORTED int cudnnGetConvolutionForwardWorkspaceSize(void*, void*, void*, void*, void*,
                                                     int algorithm, size_t* bytes) {
  *bytes = 1024;
  return algorithm == 1 ? kNotSupported : kSuccess;
}
EXPORTED int cudnnConvolutionBiasActivationForward(void* handle, const void*, void* x_shape,
                                                   const void* x, void* w_shape, const void* w,
                                                   void* convolution, int, void*, size_t bytes,
                                                   const void*, void*, const void*, void*,
                                                   const void* bias, void*, void* y_shape,
                                                   void* y) {
  if (bytes != 1024) {
    return kBadParam;
  }
  const Shape xs = *static_cast<Shape*>(x_shape);
  const Shape ws = *static_cast<Shape*>(w_shape);
  const Shape ys = *static_cast<Shape*>(y_shape);
  const Padding padding = *static_cast<Padding*>(convolution);
  ++pancreas_test::cudnn_runs;
  pancreas_test::enqueue(*static_cast<cudaStream_t*>(handle),
                         [=] { convolve(xs, x, ws, w, padding, bias, ys, y); });
  return kSuccess;
}
