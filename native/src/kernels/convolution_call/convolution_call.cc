#include "kernels/convolution_call/convolution_call.h"

#include "common/arguments.h"
#include "common/run_guarded.h"
#include "pancreas.h"

namespace pancreas {
namespace {

// Fastest first; the last handles everything.
constexpr const ConvolutionRoutine* kRoutines[] = {
    &kConvolutionWinograd,
    &kConvolutionDirect,
    &kConvolutionGemm,
    &kConvolutionReference,
};

// Working memory and time to pack weights grow with the channels, whatever the image's size.
constexpr int64_t kMaxChannels = 4096;

int32_t convolve(ConvolutionKind kind, const float* source, const int64_t* size,
                 const float* kernel, const float* bias, int64_t outputs, int32_t activation,
                 float* target, int32_t threads) {
  if (source == nullptr || size == nullptr || kernel == nullptr || target == nullptr ||
      outputs < 1 || activation < PNC_ACTIVATION_NONE || activation > PNC_ACTIVATION_RELU ||
      threads < 1) {
    return PNC_INVALID_ARGUMENT;
  }
  const ConvolutionCall convolution = {kind,   source, size[0], size[1],    size[2], size[3],
                                       kernel, bias,   outputs, activation, target,  threads};
  const int64_t source_count = count_elements(size, 4);
  if (source_count == 0) {
    return PNC_INVALID_ARGUMENT;
  }
  const int64_t target_size[] = {size[0], convolution.target_rows(), convolution.target_columns(),
                                 outputs};
  const int64_t kernel_sizes[] = {convolution.kernel_size(), convolution.kernel_size(), size[3],
                                  outputs};
  const int64_t target_count = count_elements(target_size, 4);
  const int64_t kernel_count = count_elements(kernel_sizes, 4);
  if (target_count == 0 || kernel_count == 0 ||
      floats_overlap(source, source_count, target, target_count) ||
      floats_overlap(kernel, kernel_count, target, target_count) ||
      (bias != nullptr && floats_overlap(bias, outputs, target, target_count))) {
    return PNC_INVALID_ARGUMENT;
  }
  return run_guarded([&] { convolution_routine(convolution).run(convolution); });
}

}  // namespace

int64_t ConvolutionCall::kernel_size() const {
  switch (kind) {
    case ConvolutionKind::k1x1:
      return 1;
    case ConvolutionKind::k3x3:
      return 3;
    case ConvolutionKind::k2x2Stride2:
      return 2;
    default:
      return 4;
  }
}

int64_t ConvolutionCall::target_length(int64_t source_length) const {
  switch (kind) {
    case ConvolutionKind::k2x2Stride2:
      return (source_length + 1) / 2;
    case ConvolutionKind::kTransposed4x4Stride2:
      return 2 * source_length;
    default:
      return source_length;
  }
}

std::vector<float> bias_or_zeros(const ConvolutionCall& convolution) {
  if (convolution.bias == nullptr) {
    return std::vector<float>(static_cast<size_t>(convolution.outputs));
  }
  return {convolution.bias, convolution.bias + convolution.outputs};
}

bool fits_vectors(const ConvolutionCall& convolution) {
  return convolution.outputs % kConvolutionVector == 0 && convolution.outputs <= kMaxChannels &&
         convolution.inputs <= kMaxChannels;
}

const ConvolutionRoutine& convolution_routine(const ConvolutionCall& convolution) {
  for (const ConvolutionRoutine* routine : kRoutines) {
    if (routine->handles(convolution)) {
      return *routine;
    }
  }
  return kConvolutionReference;
}

}  // namespace pancreas

extern "C" int32_t pnc_convolution_1x1(const float* source, const int64_t* size,
                                       const float* kernel, const float* bias, int64_t outputs,
                                       int32_t activation, float* target, int32_t threads) {
  return pancreas::convolve(pancreas::ConvolutionKind::k1x1, source, size, kernel, bias, outputs,
                            activation, target, threads);
}

extern "C" int32_t pnc_convolution_3x3(const float* source, const int64_t* size,
                                       const float* kernel, const float* bias, int64_t outputs,
                                       int32_t activation, float* target, int32_t threads) {
  return pancreas::convolve(pancreas::ConvolutionKind::k3x3, source, size, kernel, bias, outputs,
                            activation, target, threads);
}

extern "C" int32_t pnc_convolution_2x2(const float* source, const int64_t* size,
                                       const float* kernel, const float* bias, int64_t outputs,
                                       int32_t activation, float* target, int32_t threads) {
  return pancreas::convolve(pancreas::ConvolutionKind::k2x2Stride2, source, size, kernel, bias,
                            outputs, activation, target, threads);
}

extern "C" int32_t pnc_transposed_convolution_4x4(const float* source, const int64_t* size,
                                                  const float* kernel, const float* bias,
                                                  int64_t outputs, int32_t activation,
                                                  float* target, int32_t threads) {
  return pancreas::convolve(pancreas::ConvolutionKind::kTransposed4x4Stride2, source, size, kernel,
                            bias, outputs, activation, target, threads);
}
