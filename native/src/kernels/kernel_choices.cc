#include <string>

#include "kernels/argmax/argmax.h"
#include "kernels/attention_gate/attention_gate.h"
#include "kernels/convolution_call/convolution_call.h"
#include "kernels/deep_supervision_head/deep_supervision_head.h"
#include "kernels/max_pooling/max_pooling.h"
#include "kernels/resample/resample.h"
#include "kernels/threshold/threshold.h"
#include "kernels/windowing/windowing.h"
#include "pancreas.h"

namespace pancreas {
namespace {

// What convolves an image of 160 x 160 x 16 to 16 channels.
std::string convolution_choice(ConvolutionKind kind) {
  ConvolutionCall convolution = {};
  convolution.kind = kind;
  convolution.slices = 1;
  convolution.rows = 160;
  convolution.columns = 160;
  convolution.inputs = 16;
  convolution.outputs = 16;
  convolution.threads = 1;
  return convolution_routine(convolution).name();
}

std::string kernel_choices() {
  std::string all;
  const auto add = [&all](const char* operation, const std::string& choice) {
    all += (all.empty() ? "" : ", ") + std::string(operation) + " " + choice;
  };
  add("resample", resample_routines().name);
  add("windowing", windowing_routines().name);
  add("convolution 1x1", convolution_choice(ConvolutionKind::k1x1));
  add("convolution 3x3", convolution_choice(ConvolutionKind::k3x3));
  add("convolution 2x2", convolution_choice(ConvolutionKind::k2x2Stride2));
  add("transposed convolution 4x4", convolution_choice(ConvolutionKind::kTransposed4x4Stride2));
  add("max pooling", max_pooling_routines().name);
  add("attention gate", attention_gate_routines().name);
  add("deep supervision head", deep_supervision_head_routines().name);
  add("threshold", threshold_routines().name);
  add("argmax", argmax_routines().name);
  add("largest component", "portable");
  return all;
}

}  // namespace
}  // namespace pancreas

extern "C" const char* pnc_kernel_choices(void) {
  try {
    static const std::string choices = pancreas::kernel_choices();
    return choices.c_str();
  } catch (...) {
    return "";
  }
}
