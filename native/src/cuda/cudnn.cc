#include "cuda/cudnn.h"

#include <dlfcn.h>

#include <cstdlib>
#include <string>

#include "cuda/status.h"

namespace pancreas {
namespace {

// Values of the enumerations of cudnn.h, version 9.
constexpr int kSuccess = 0;
constexpr int kNhwc = 1;
constexpr int kFloat = 0;
constexpr int kHalf = 2;
constexpr int kCrossCorrelation = 1;
constexpr int kTensorOps = 1;
constexpr int kTensorOpsConverting = 2;
constexpr int kPropagateNan = 1;
constexpr int kRelu = 1;

void* open_library() {
  const char* named = std::getenv("PANCREAS_CUDNN");
  if (named != nullptr && *named != '\0') {
    return dlopen(named, RTLD_NOW | RTLD_LOCAL);
  }
  void* library = dlopen("libcudnn.so.9", RTLD_NOW | RTLD_LOCAL);
  // Or it is part of the program.
  return library != nullptr || dlsym(RTLD_DEFAULT, "cudnnCreate") == nullptr
             ? library
             : dlopen(nullptr, RTLD_NOW);
}

template <typename Function>
bool load(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  return function != nullptr;
}

}  // namespace

const Cudnn* Cudnn::find() {
  static const Cudnn* const kFound = [] {
    static Cudnn cudnn;
    void* library = open_library();
    const bool complete =
        library != nullptr && load(library, "cudnnCreate", cudnn.create) &&
        load(library, "cudnnDestroy", cudnn.destroy) &&
        load(library, "cudnnSetStream", cudnn.set_stream) &&
        load(library, "cudnnGetErrorString", cudnn.error_string) &&
        load(library, "cudnnCreateTensorDescriptor", cudnn.create_tensor) &&
        load(library, "cudnnDestroyTensorDescriptor", cudnn.destroy_tensor) &&
        load(library, "cudnnSetTensor4dDescriptor", cudnn.set_tensor) &&
        load(library, "cudnnCreateFilterDescriptor", cudnn.create_filter) &&
        load(library, "cudnnDestroyFilterDescriptor", cudnn.destroy_filter) &&
        load(library, "cudnnSetFilter4dDescriptor", cudnn.set_filter) &&
        load(library, "cudnnCreateConvolutionDescriptor", cudnn.create_convolution) &&
        load(library, "cudnnDestroyConvolutionDescriptor", cudnn.destroy_convolution) &&
        load(library, "cudnnSetConvolution2dDescriptor", cudnn.set_convolution) &&
        load(library, "cudnnSetConvolutionMathType", cudnn.set_math) &&
        load(library, "cudnnCreateActivationDescriptor", cudnn.create_activation) &&
        load(library, "cudnnDestroyActivationDescriptor", cudnn.destroy_activation) &&
        load(library, "cudnnSetActivationDescriptor", cudnn.set_activation) &&
        load(library, "cudnnGetConvolutionForwardWorkspaceSize", cudnn.workspace_size) &&
        load(library, "cudnnConvolutionBiasActivationForward", cudnn.forward);
    return complete ? &cudnn : nullptr;
  }();
  return kFound;
}

CudnnConvolution::CudnnConvolution(const Cudnn& library, Precision precision, int32_t slices,
                                   int32_t rows, int32_t columns, int32_t in, int32_t out)
    : library_(library),
      precision_(precision),
      slices_(slices),
      rows_(rows),
      columns_(columns),
      in_(in),
      out_(out),
      handle_(nullptr, library.destroy),
      x_(nullptr, library.destroy_tensor),
      y_(nullptr, library.destroy_tensor),
      bias_(nullptr, library.destroy_tensor),
      weights_(nullptr, library.destroy_filter),
      convolution_(nullptr, library.destroy_convolution),
      activation_(nullptr, library.destroy_activation) {}

CudnnConvolution::Owned CudnnConvolution::make(int (*create)(void**), int (*destroy)(void*)) const {
  void* made = nullptr;
  check(create(&made));
  return Owned(made, destroy);
}

void CudnnConvolution::prepare() {
  const int type = precision_ == Precision::kFloat16 ? kHalf : kFloat;
  x_ = make(library_.create_tensor, library_.destroy_tensor);
  y_ = make(library_.create_tensor, library_.destroy_tensor);
  bias_ = make(library_.create_tensor, library_.destroy_tensor);
  weights_ = make(library_.create_filter, library_.destroy_filter);
  convolution_ = make(library_.create_convolution, library_.destroy_convolution);
  activation_ = make(library_.create_activation, library_.destroy_activation);
  check(library_.set_tensor(x_.get(), kNhwc, type, slices_, in_, rows_, columns_));
  check(library_.set_tensor(y_.get(), kNhwc, type, slices_, out_, rows_, columns_));
  check(library_.set_tensor(bias_.get(), kNhwc, type, 1, out_, 1, 1));
  check(library_.set_filter(weights_.get(), type, kNhwc, out_, in_, 3, 3));
  check(library_.set_convolution(convolution_.get(), 1, 1, 1, 1, 1, 1, kCrossCorrelation, kFloat));
  check(library_.set_math(convolution_.get(),
                          precision_ == Precision::kFloat16 ? kTensorOps : kTensorOpsConverting));
  check(library_.set_activation(activation_.get(), kRelu, kPropagateNan, 0.0));
  handle_ = make(library_.create, library_.destroy);
}

void CudnnConvolution::run(cudaStream_t stream, int algorithm, const void* source,
                           const void* weights, const void* bias, void* workspace, void* target) {
  if (handle_ == nullptr) {
    prepare();
  }
  size_t bytes = 0;
  check(library_.workspace_size(handle_.get(), x_.get(), weights_.get(), convolution_.get(),
                                y_.get(), algorithm, &bytes));
  if (bytes > kWorkspaceBytes) {
    throw DeviceError("cuDNN: the algorithm needs more working memory than it gets");
  }
  const float one = 1;
  const float zero = 0;
  check(library_.set_stream(handle_.get(), stream));
  check(library_.forward(handle_.get(), &one, x_.get(), source, weights_.get(), weights,
                         convolution_.get(), algorithm, workspace, bytes, &zero, y_.get(), target,
                         bias_.get(), bias, activation_.get(), y_.get(), target));
}

void CudnnConvolution::check(int status) const {
  if (status != kSuccess) {
    throw DeviceError(std::string("cuDNN: ") + library_.error_string(status));
  }
}

}  // namespace pancreas
