#ifndef PANCREAS_CUDA_CUDNN_H
#define PANCREAS_CUDA_CUDNN_H

#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>
#include <memory>

#include "cuda/precision.h"

namespace pancreas {

// NVIDIA's library of convolutions, version 9, where it is there: it is looked for at run time, so
// that nothing needs it. The environment variable PANCREAS_CUDNN names its file where the dynamic
// linker does not find libcudnn.so.9.
class Cudnn {
 public:
  // The library, or null. Looked for once.
  static const Cudnn* find();

  // As cudnn.h of version 9 has them; descriptors and the handle are pointers to opaque types.
  using Handle = void*;
  using Descriptor = void*;
  int (*create)(Handle*);
  int (*destroy)(Handle);
  int (*set_stream)(Handle, cudaStream_t);
  const char* (*error_string)(int);
  int (*create_tensor)(Descriptor*);
  int (*destroy_tensor)(Descriptor);
  int (*set_tensor)(Descriptor, int format, int type, int n, int c, int h, int w);
  int (*create_filter)(Descriptor*);
  int (*destroy_filter)(Descriptor);
  int (*set_filter)(Descriptor, int type, int format, int k, int c, int h, int w);
  int (*create_convolution)(Descriptor*);
  int (*destroy_convolution)(Descriptor);
  int (*set_convolution)(Descriptor, int pad_h, int pad_w, int u, int v, int dilation_h,
                         int dilation_w, int mode, int type);
  int (*set_math)(Descriptor, int math);
  int (*create_activation)(Descriptor*);
  int (*destroy_activation)(Descriptor);
  int (*set_activation)(Descriptor, int mode, int nan, double coefficient);
  int (*workspace_size)(Handle, Descriptor x, Descriptor w, Descriptor convolution, Descriptor y,
                        int algorithm, size_t* bytes);
  int (*forward)(Handle, const void* alpha1, Descriptor x_descriptor, const void* x,
                 Descriptor w_descriptor, const void* w, Descriptor convolution, int algorithm,
                 void* workspace, size_t bytes, const void* alpha2, Descriptor z_descriptor,
                 const void* z, Descriptor bias_descriptor, const void* bias, Descriptor activation,
                 Descriptor y_descriptor, void* y);

 private:
  Cudnn() = default;
};

// A convolution of 3 x 3, "same", with bias and ReLU, of images [slice][row][column][channel]. The
// library is asked only when it first runs. For one run at a time. Throws DeviceError where the
// library refuses.
class CudnnConvolution {
 public:
  // Algorithms of the library that may be the fastest: implicit product of matrices, Winograd in
  // one step, and in several.
  static constexpr int kAlgorithms[] = {1, 6, 7};

  // The working memory that a run may use.
  static constexpr size_t kWorkspaceBytes = size_t{64} << 20;

  CudnnConvolution(const Cudnn& library, Precision precision, int32_t slices, int32_t rows,
                   int32_t columns, int32_t in, int32_t out);
  CudnnConvolution(const CudnnConvolution&) = delete;
  CudnnConvolution& operator=(const CudnnConvolution&) = delete;

  // weights: [out][row][column][in]; bias: [out]; both of the precision's type
  void run(cudaStream_t stream, int algorithm, const void* source, const void* weights,
           const void* bias, void* workspace, void* target);

 private:
  using Owned = std::unique_ptr<void, int (*)(void*)>;

  void prepare();
  Owned make(int (*create)(void**), int (*destroy)(void*)) const;
  void check(int status) const;

  const Cudnn& library_;
  const Precision precision_;
  const int32_t slices_;
  const int32_t rows_;
  const int32_t columns_;
  const int32_t in_;
  const int32_t out_;
  Owned handle_;
  Owned x_;
  Owned y_;
  Owned bias_;
  Owned weights_;
  Owned convolution_;
  Owned activation_;
};

}  // namespace pancreas

#endif
